# Repeats the survival, group and paired comparisons of this bundle in R and sets each number beside the one that the
# irEN cohort explorer printed.
#
#   Rscript reproduce.R            needs R and the package survival (part of every R); reads the folder "data" beside it
#   Rscript reproduce.R some/dir   reads the tables in some/dir
#
# Gray's test is repeated where the package cmprsk is installed. The result is written to r_results.csv; the script
# ends with an error when a number differs by more than one part in a million.

suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- if (length(arguments)) arguments[1] else file.path(if (length(script)) dirname(script[1]) else ".", "data")
read_table <- function(name) {
  read.csv(file.path(folder, paste0(name, ".csv")), encoding = "UTF-8", na.strings = "",
           stringsAsFactors = FALSE, check.names = FALSE, comment.char = "")
}
in_order <- function(words) factor(words, levels = unique(words))  # the order of the groups is that of the table
each_item <- function(rows) split(rows, in_order(paste(rows$card, rows$item, sep = "\r")))

found <- list()
keep <- function(rows, what, value) {
  found[[length(found) + 1]] <<- data.frame(card = rows$card[1], item = rows$item[1], what = what,
                                            r = unname(as.numeric(value)), stringsAsFactors = FALSE)
}

# ---- exact tests with ties: R's wilcox.test falls back on the normal curve there, this counts every arrangement ----

# How many subsets of `scores` (whole numbers), of `size` members or of any size, have each possible sum.
subset_sums <- function(scores, size = NULL) {
  top <- sum(scores)
  if (is.null(size)) {
    ways <- c(1, rep(0, top))
    for (score in scores) ways <- ways + c(rep(0, score), head(ways, top + 1 - score))
    return(ways)
  }
  ways <- matrix(0, size + 1, top + 1)
  ways[1, 1] <- 1
  for (score in scores) {
    for (k in size:1) ways[k + 1, ] <- ways[k + 1, ] + c(rep(0, score), head(ways[k, ], top + 1 - score))
  }
  ways[size + 1, ]
}
two_sided <- function(ways, observed) {
  sums <- seq_along(ways) - 1
  expected <- sum(sums * ways) / sum(ways)
  min(1, sum(ways[abs(sums - expected) >= abs(observed - expected) - 1e-9]) / sum(ways))
}
rank_sum_p <- function(x, y) {
  if (!anyDuplicated(c(x, y))) return(wilcox.test(x, y, exact = TRUE)$p.value)
  if (length(x) * length(y) > 2500) return(NA)  # too many arrangements to count in plain R
  scores <- round(2 * rank(c(x, y)))
  two_sided(subset_sums(scores, length(x)), sum(scores[seq_along(x)]))
}
signed_rank_p <- function(change) {
  change <- round(change, 10)
  change <- change[change != 0]
  if (!length(change)) return(1)
  if (!anyDuplicated(abs(change))) return(wilcox.test(change, exact = TRUE)$p.value)
  scores <- round(2 * rank(abs(change)))
  two_sided(subset_sums(scores), sum(scores[change > 0]))
}
spss_exact_p <- function(x, y) {  # "Exact Sig. [2*(1-tailed Sig.)]", not corrected for ties
  u <- sum(rank(c(x, y))[seq_along(x)]) - length(x) * (length(x) + 1) / 2
  min(1, 2 * pwilcox(floor(min(u, length(x) * length(y) - u)), length(x), length(y)))
}

# ---- groups ---------------------------------------------------------------------------------------------------------

for (rows in each_item(read_table("groups"))) {
  group <- in_order(rows$group)
  values <- split(rows$value, group)
  test <- rows$test[1]
  if (test %in% c("Welch t-test", "Student t-test")) {
    result <- t.test(values[[1]], values[[2]], var.equal = test == "Student t-test")
    keep(rows, "p", result$p.value)
    keep(rows, "difference", mean(values[[1]]) - mean(values[[2]]))
    keep(rows, "difference, lower limit", result$conf.int[1])
    keep(rows, "difference, upper limit", result$conf.int[2])
  } else if (startsWith(test, "Mann-Whitney")) {
    p <- if (grepl("SPSS", test)) spss_exact_p(values[[1]], values[[2]])
         else if (grepl("normal", test)) wilcox.test(values[[1]], values[[2]], exact = FALSE)$p.value
         else rank_sum_p(values[[1]], values[[2]])
    keep(rows, "p", p)
    keep(rows, "difference", median(outer(values[[1]], values[[2]], "-")))
  } else if (test == "Kruskal-Wallis test") {
    keep(rows, "p", kruskal.test(rows$value, group)$p.value)
  } else {
    keep(rows, "p", oneway.test(rows$value ~ group, var.equal = test == "Analysis of variance")$p.value)
  }
}

# ---- counts ---------------------------------------------------------------------------------------------------------

for (rows in each_item(read_table("counts"))) {
  counts <- xtabs(patients ~ in_order(level) + in_order(group), rows)
  counts <- counts[rowSums(counts) > 0, colSums(counts) > 0, drop = FALSE]
  p <- if (grepl("chi-squared", rows$test[1], ignore.case = TRUE))
         suppressWarnings(chisq.test(counts, correct = grepl("Yates", rows$test[1]))$p.value)
       else tryCatch(fisher.test(counts, workspace = 2e7)$p.value, error = function(e) NA)
  keep(rows, "p", p)
}

# ---- pairs ----------------------------------------------------------------------------------------------------------

for (rows in each_item(read_table("pairs"))) {
  change <- rows$after - rows$before
  if (rows$test[1] == "Paired t-test") {
    keep(rows, "p", t.test(rows$after, rows$before, paired = TRUE)$p.value)
    keep(rows, "change", mean(change))
  } else {
    p <- if (grepl("normal", rows$test[1])) suppressWarnings(wilcox.test(change, exact = FALSE)$p.value)
         else signed_rank_p(change)
    keep(rows, "p", p)
    averages <- outer(change, change, "+") / 2
    keep(rows, "change", median(averages[upper.tri(averages, diag = TRUE)]))
  }
}

# ---- survival -------------------------------------------------------------------------------------------------------

log_rank <- function(rows, test) {
  keep(rows, "log-rank chi-squared", test$chisq)
  keep(rows, "log-rank p", pchisq(test$chisq, nlevels(in_order(rows$group)) - 1, lower.tail = FALSE))
}
curves <- function(rows) {
  group <- in_order(rows$group)
  if (any(rows$end == "died")) {  # death competes with healing: Gray's test
    if (requireNamespace("cmprsk", quietly = TRUE)) {
      gray <- cmprsk::cuminc(rows$day, rows$end, group, cencode = "censored")$Tests["healed", ]
      keep(rows, "Gray chi-squared", gray["stat"])
      keep(rows, "Gray p", gray["pv"])
    }
    return(invisible())
  }
  healed <- rows$end == "healed"
  for (label in levels(group)) {
    own <- group == label
    fit <- survfit(Surv(rows$day[own], healed[own]) ~ 1, conf.type = rows$interval[1])
    half <- quantile(fit, 0.5)
    keep(rows, paste0("half healed, day, ", label), half$quantile)
    keep(rows, paste0("lower limit, ", label), half$lower)
    keep(rows, paste0("upper limit, ", label), half$upper)
    horizon <- rows$horizon[1]
    if (!is.na(horizon)) {
      # before the first day on which anything happens nobody has healed, and summary() refuses to say so
      means <- if (horizon <= min(fit$time)) c(rmean = horizon, se = 0) else summary(fit, rmean = horizon)$table
      keep(rows, paste0("mean days, ", label), means[grep("^\\*?rmean", names(means))])
      keep(rows, paste0("standard error of mean days, ", label), means[grep("^\\*?se", names(means))])
    }
  }
  if (nlevels(group) > 1) log_rank(rows, survdiff(Surv(rows$day, healed) ~ group))
}
precise <- coxph.control(eps = 1e-11, toler.chol = 1e-13)
cox <- function(rows) {
  group <- in_order(rows$group)
  outcome <- Surv(rows$day, rows$end == "healed")
  stratum <- if (all(is.na(rows$stratum))) rep(1, nrow(rows)) else rows$stratum
  covariate <- rows$covariate
  model <- if (all(is.na(covariate))) coxph(outcome ~ group + strata(stratum), ties = "efron", control = precise)
           else coxph(outcome ~ group + covariate, ties = "efron", control = precise)
  limits <- summary(model)$conf.int
  keep(rows, "hazard ratio", limits[1, "exp(coef)"])
  keep(rows, "lower limit", limits[1, "lower .95"])
  keep(rows, "upper limit", limits[1, "upper .95"])
  if (all(is.na(covariate))) log_rank(rows, survdiff(outcome ~ group + strata(stratum)))
}
for (rows in each_item(read_table("survival"))) if (rows$model[1] == "Cox") cox(rows) else curves(rows)

# ---- side by side ---------------------------------------------------------------------------------------------------

expected <- read_table("expected")
results <- if (length(found)) do.call(rbind, found) else data.frame(card = character(), item = character(),
                                                                     what = character(), r = numeric())
both <- merge(expected, results, by = c("card", "item", "what"), all.x = TRUE, sort = FALSE)
names(both)[names(both) == "value"] <- "explorer"
both$difference <- abs(both$explorer - both$r) / pmax(1, abs(both$explorer))
write.csv(both, "r_results.csv", row.names = FALSE, na = "", fileEncoding = "UTF-8")
compared <- !is.na(both$difference)
cat(nrow(both), "numbers;", sum(compared), "compared;",
    "largest difference", format(max(c(0, both$difference[compared])), digits = 2), "\n")
only_one <- is.na(both$explorer) != is.na(both$r)
if (any(only_one)) {
  cat(sum(only_one), "not compared (without a value in one of the two, a package that is not installed, or too many",
      "arrangements to count in R):\n")
  print(both[only_one, c("card", "item", "what", "explorer", "r")], row.names = FALSE)
}
if (any(both$difference[compared] > 1e-6)) {
  print(both[compared & both$difference > 1e-6, ], row.names = FALSE)
  quit(status = 1)
}
