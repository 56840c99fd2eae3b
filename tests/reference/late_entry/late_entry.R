# Late entry (left truncation) in R, package survival: Rscript late_entry.R <folder of pbc.csv> > late_entry.json
library(survival)
options(digits = 17)
settled <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 50)

num <- function(x) if (is.character(x)) sprintf('"%s"', x) else ifelse(is.na(x), "null", sprintf("%.17g", as.numeric(x)))
json <- function(x) {
  if (is.list(x)) {
    inner <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(inner, collapse = ", "), "]"))
    return(paste0("{", paste(sprintf('"%s": %s', names(x), inner), collapse = ", "), "}"))
  }
  if (is.factor(x)) x <- as.character(x)
  paste0("[", paste(num(x), collapse = ", "), "]")
}

curve <- function(entry, time, event, tau) {
  s <- Surv(entry, time, event)
  fits <- lapply(c("log-log", "log", "plain"), function(scale) survfit(s ~ 1, conf.type = scale))
  f <- fits[[1]]
  mean_row <- summary(f, rmean = tau)$table
  list(time = f$time, n_risk = f$n.risk, n_event = f$n.event, n_censor = f$n.censor, surv = f$surv,
       std_err = f$surv * f$std.err,
       lower = lapply(fits, function(fit) fit$lower), upper = lapply(fits, function(fit) fit$upper),
       median = unlist(quantile(f, 0.5)), rmean = mean_row[["rmean"]], rmean_se = mean_row[["se(rmean)"]])
}

# Aalen-Johansen in base R, with the delta-method variance: hazards of different days are independent multinomials.
incidence <- function(entry, time, cause) {
  merged <- aeqSurv(Surv(entry, time, cause > 0))  # days that are one day but for a rounding error
  entry <- merged[, 1]
  time <- merged[, 2]
  days <- sort(unique(time))
  n <- sapply(days, function(d) sum(entry < d & time >= d))
  q <- sapply(1:2, function(k) sapply(days, function(d) sum(time == d & cause == k))) / n
  all <- rowSums(q)
  before <- c(1, cumprod(1 - all)[-length(days)])
  f <- cumsum(before * q[, 1])
  variance <- sapply(seq_along(days), function(t) {
    sum(sapply(seq_len(t), function(s) {
      later <- if (all[s] < 1) (f[t] - f[s]) / (1 - all[s]) else 0
      gradient <- c(before[s] - later, -later)
      sigma <- (diag(q[s, ]) - outer(q[s, ], q[s, ])) / n[s]
      drop(t(gradient) %*% sigma %*% gradient)
    }))
  })
  ms <- survfit(Surv(entry, time, factor(cause, 0:2)) ~ 1, id = seq_along(time))
  from_survfit <- ms$pstate[findInterval(days + 1e-7, ms$time), 2]
  stopifnot(max(abs(from_survfit - f)) < 1e-12)
  list(time = days, incidence = f, std_err = sqrt(variance))
}

question <- function(d, tau, covariate) {
  s <- Surv(d$entry, d$time, d$event)
  groups <- levels(d$group)
  one <- lapply(groups, function(g) with(d[d$group == g, ], curve(entry, time, event, tau)))
  names(one) <- groups
  # The log-rank test is the score test of the exact partial likelihood of a Cox model (hypergeometric variance).
  test <- function(formula) {
    statistic <- coxph(formula, d, ties = "exact")$score
    list(statistic = statistic, p = pchisq(statistic, nlevels(d$group) - 1, lower.tail = FALSE))
  }
  cox <- coxph(s ~ group, d, ties = "efron", control = settled)
  adjusted <- coxph(as.formula(paste("s ~ group +", covariate)), d, ties = "efron",
                    control = settled)
  out <- list(data = lapply(d, function(column) column), groups = one,
    logrank = test(s ~ group), logrank_stratified = test(s ~ group + strata(layer)),
    cox = list(coef = unname(coef(cox)), se = sqrt(diag(vcov(cox))), zph = cox.zph(cox, "km")$table["GLOBAL", "chisq"]),
    cox_adjusted = list(coef = unname(coef(adjusted)), se = unname(sqrt(diag(vcov(adjusted)))),
                        loglik = adjusted$loglik, zph = unname(cox.zph(adjusted, "km")$table[, "chisq"])))
  if ("cause" %in% names(d)) out$incidence <- with(d, incidence(entry, time, cause))
  out
}

folder <- commandArgs(trailingOnly = TRUE)[1]
pbc <- read.csv(file.path(folder, "pbc.csv"))
pbc <- pbc[!is.na(pbc$trt), ]
by_age <- data.frame(entry = pbc$age, time = pbc$age + pbc$time / 365.25, event = as.numeric(pbc$status == 2),
  cause = ifelse(pbc$status == 2, 1, ifelse(pbc$status == 1, 2, 0)), group = factor(c("drug", "placebo")[pbc$trt]),
  layer = pbc$sex, bilirubin = pbc$bili)
# The same in whole years, for ties of entry, event and censoring; who enters and leaves in one year gets a year more.
whole <- by_age
whole$entry <- floor(by_age$entry)
whole$time <- pmax(floor(by_age$time), whole$entry + 1)
# Stanford heart transplants (survival::heart): waiting records count from day 0, transplanted ones enter late.
h <- heart
transplant <- data.frame(entry = h$start, time = h$stop, event = h$event,
  group = factor(c("waiting", "transplanted")[as.numeric(h$transplant)], c("waiting", "transplanted")),
  layer = ifelse(h$surgery == 1, "surgery", "none"), years = h$age)
cat(json(list(
  pbc_by_age = question(by_age, 70, "bilirubin"),
  pbc_whole_years = question(whole, 70, "bilirubin"),
  heart = question(transplant, 300, "years")
)), "\n")
