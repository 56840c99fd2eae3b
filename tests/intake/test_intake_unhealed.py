"""A time to healing beside an event: the time of those who had not healed is never a day of healing."""

import pandas as pd
import pytest

from iren_core import Cohort, read_cohort
from iren_core.analyses.healing.times import healing_times
from iren_core.intake import assemble
from iren_core.intake.convert import LAST_DAYS


def read(*lines, **choices):
    return assemble("\n".join(lines).encode(), "cohort.tsv", **choices)


def cohort(*lines) -> Cohort:
    return read_cohort("\n".join(lines).encode(), "cohort.tsv")


def values(result, name):
    return [None if pd.isna(value) else value for value in result.frame[name].tolist()]


TIME_EVENT = (
    "id\tage\tTime to healing (days)\tHealed (1=yes, 0=no)\tDeath (1=yes, 0=no)",
    "1\t50\t15\t1\t0",
    "2\t51\t22\t0\t1",
    "3\t52\t60\t0\t0",
    "4\t53\t18\t1\t0",
)


def test_the_time_of_those_who_had_not_healed_is_their_last_day_seen():
    result = read(*TIME_EVENT)
    assert values(result, "reepithelization_days") == [15, None, None, 18]
    assert values(result, "followup_days") == [None, 22, 60, None]
    assert values(result, "outcome") == ["healed", "died", "not healed", "healed"]
    said = result.problems[result.problems["problem"].str.contains("day last seen unhealed")]
    assert said["row"].tolist() == [3, 4]
    assert any("gives a day for 2 patients said not to have healed" in s for s in result.table.assumptions)


def test_the_curve_counts_only_those_who_healed():
    times = healing_times(cohort(*TIME_EVENT))
    assert times.healed.tolist() == [True, False, False, True]
    assert times.days.tolist()[2] == 60
    assert times.died_without_day == 1  # no column gives it until the reader says so


def test_the_day_of_those_who_died_unhealed_is_asked():
    question = read(*TIME_EVENT).questions[0]
    assert (question.field, question.values) == ("reepithelization_days", (LAST_DAYS,))
    answered = read(*TIME_EVENT, codings={"reepithelization_days": {LAST_DAYS: "the day of death"}})
    assert answered.questions == ()
    assert values(answered, "death_day") == [None, 22, None, None]
    assert values(answered, "followup_days") == [None, None, 60, None]


@pytest.mark.parametrize(
    "header",
    [
        "event_heal (1=healed, 0=censored)",
        "heal_event (1=event, 0=censored)",
        "Healing event",
        "healing status",
        "status_heal (1=healed, 0=censored)",
        "Healed (0=censored, 1=healed)",
        "愈合事件(1=愈合,0=删失)",
        "愈合状态",
    ],
)
def test_a_column_of_the_event_is_used(header):
    result = read(f"id\tage\ttime_heal\t{header}", "1\t50\t15\t1", "2\t51\t22\t0", "3\t52\t18\t1")
    assert result.frame["healed"].tolist() == [True, False, True]
    assert values(result, "reepithelization_days") == [15, None, 18]
    assert values(result, "outcome") == ["healed", "not healed", "healed"]


def test_a_bare_event_beside_the_time_is_suggested_and_censoring_said():
    result = read("id\tage\ttime to healing\tEvent", "1\t50\t15\t1", "2\t51\t22\t0")
    assert [(m.field, m.how) for m in result.matches if m.column == "Event"] == [("healed", "similar")]
    result = read("id\tage\ttime to healing\tcensored", "1\t50\t15\t0", "2\t51\t22\t1")
    assert any("whose time to healing only ended" in said for said in result.table.assumptions)


def test_not_healed_in_words_beside_a_day():
    result = read("编号\t年龄\t愈合时间\t转归", "1\t50\t15\t治愈", "2\t51\t30\t未愈", "3\t52\t20\t死亡")
    assert values(result, "reepithelization_days") == [15, None, None]
    assert values(result, "followup_days") == [None, 30, 20]


@pytest.mark.parametrize(
    ("answer", "healing", "death", "seen"),
    [(None, None, None, 20), ("the day of death", None, 20, None), ("the day of healing", 20, None, None),
     ("the day last seen", None, None, 20)],
)  # fmt: skip
def test_the_day_of_one_who_died_on_a_day_not_known_is_asked(answer, healing, death, seen):
    codings = {"reepithelization_days": {LAST_DAYS: answer}} if answer else {}
    result = read("id\tage\thealing time\toutcome", "1\t50\t15\thealed", "2\t51\t20\tdied", codings=codings)
    frame = result.frame.reindex(columns=["reepithelization_days", "death_day", "followup_days"])
    assert [None if pd.isna(value) else value for value in frame.iloc[1]] == [healing, death, seen]
    assert values(result, "outcome") == ["healed", "died"]
    assert [question.values for question in result.questions] == ([] if answer else [(LAST_DAYS,)])


def test_a_day_of_one_who_died_is_of_healing_where_others_who_died_have_none():
    result = read("id\tage\thealing time\toutcome", "1\t50\t15\thealed", "2\t51\t20\tdied", "3\t52\t\tdied")
    assert values(result, "reepithelization_days") == [15, 20, None]
    assert result.questions == ()
    said = result.problems.loc[result.problems["row"] == 3, ["severity", "problem"]].to_numpy().tolist()
    assert said == [
        ["error", "The patient is said to have healed on day 20 and to have died on a day that is lacking."]
    ]


def test_a_follow_up_or_a_death_of_the_file_is_kept():
    result = read(
        "id\thealing time\thealed\toutcome\tfollow-up\tday of death",
        "1\t22\tno\talive\t90\t",
        "2\t30\tno\tdied\t\t30",
        "3\t15\tno\thealed\t\t",
    )
    assert values(result, "reepithelization_days") == [None, None, None]
    assert values(result, "followup_days") == [90, None, None]
    assert values(result, "death_day") == [None, 30, None]
    problems = result.problems.loc[result.problems["column"] == "healing time", ["row", "problem"]]
    assert [
        4,
        "One column says that the patient healed, another denies it: “15” was left out as a day of healing.",
    ] in (problems.to_numpy().tolist())


def test_dates_of_those_who_had_not_healed():
    result = read(
        "id\tsteroid start date\thealing date\thealed",
        "1\t2023-03-01\t2023-03-15\tyes",
        "2\t2023-03-01\t2023-04-20\tno",
    )
    assert values(result, "reepithelization_days") == [14, None]
    assert values(result, "followup_days") == [None, 50]
    assert result.frame["outcome"].tolist() == ["healed", "not healed"]


@pytest.mark.parametrize("header", ["OS_status (1=dead, 0=censored)", "结局（1=死亡，0=删失）", "Outcome"])
def test_who_was_censored_beside_deaths_was_alive(header):
    codes = ("died", "censored") if header == "Outcome" else ("1", "0")
    result = read(f"id\tage\t{header}", f"1\t50\t{codes[0]}", f"2\t51\t{codes[1]}", f"3\t52\t{codes[1]}")
    assert result.frame["outcome"].tolist() == ["died", "not healed", "not healed"]
    assert result.questions == ()


def test_who_was_censored_beside_healing_is_asked():
    result = read("id\tage\tOutcome (1=healed, 0=censored)", "1\t50\t1", "2\t51\t0")
    assert result.frame["outcome"].isna().tolist() == [False, True]
    assert result.questions[0].values == ("0",)


def test_a_time_that_was_only_reached_is_the_last_day_seen():
    result = read(
        "id\tage\tTime to healing (days)\thealed", "1\t50\t15\tyes", "2\t51\t>60\tno", "3\t52\t60+\tno"
    )
    assert values(result, "reepithelization_days") == [15, None, None]
    assert values(result, "followup_days") == [None, 60, 60]
    assert result.limits.empty


@pytest.mark.parametrize("header", ["Healed at discharge", "出院时愈合", "Healed by day 28"])
def test_healing_denied_at_a_point_of_time_may_have_come_later(header):
    result = read(
        f"id\tage\thealing time\t{header}", "1\t50\t15\tyes", "2\t51\t40\tno", mapping={header: "healed"}
    )
    assert values(result, "reepithelization_days") == [15, None]
    assert "followup_days" not in result.frame
    assert "another denies it" in result.problems["problem"].tolist()[0]


def test_a_healing_status_that_tells_of_deaths_is_the_outcome():
    lines = ("1\t50\t15\thealed", "2\t51\t22\tdied", "3\t52\t60\tcensored")
    result = read("id\tage\tHealing time\tHealing status", *lines)
    assert "healed" not in result.frame
    assert values(result, "outcome") == ["healed", "died", "not healed"]
    assert values(result, "reepithelization_days") == [15, None, None]
    assert values(result, "followup_days") == [None, 22, 60]
    assert result.problems.loc[result.problems["row"] == 3, "severity"].tolist() == ["error"]


def test_beside_a_follow_up_the_day_of_one_who_died_is_left_out():
    result = read("id\thealing time\toutcome\tfollow-up", "1\t15\thealed\t90", "2\t20\tdied\t30")
    assert values(result, "reepithelization_days") == [15, None]
    assert values(result, "followup_days") == [90, 30]
    said = "The patient died on a day that is not known: “20” was left out as a day of healing."
    assert said in result.problems["problem"].tolist()
