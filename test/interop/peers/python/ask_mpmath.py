"""Computes log E_stop and log E_go at 60 digits.

The truncated Beta mixture against p has the closed form ln B(a+f, b+n-f) - ln B(a, b) + ln T(a+f, b+n-f) - ln T(a, b)
- f ln p - (n-f) ln(1-p), where T is the mass of the Beta distribution above p (stop) or below p (go). For integers that mass
is a binomial tail, which is summed term by term: mpmath's own betainc loses all digits in the far tails.
"""

from batch import answer_each
from mpmath import loggamma, log, mp, mpf

mp.dps = 60


def log_beta(a, b):
    return loggamma(a) + loggamma(b) - loggamma(a + b)


def log_tail(trials, start, step, odds):
    """ln of the sum of C(trials, j) odds^j over j = start, start + step, ..., with odds = p / (1 - p)."""
    first = loggamma(trials + 1) - loggamma(start + 1) - loggamma(trials - start + 1) + start * log(odds)
    total = term = mpf(1)
    j = start
    while term > total * mpf(10) ** -mp.dps and 0 <= j + step <= trials:
        term *= odds * (trials - j) / (j + 1) if step > 0 else j / (odds * (trials - j + 1))
        total += term
        j += step
    return first + log(total)


def log_masses(a, b, p):
    """ln of the mass of Beta(a, b) above and below p: fewer than a, or at least a, successes in a + b - 1 trials."""
    trials = a + b - 1
    none = trials * log(1 - p)
    odds = p / (1 - p)
    return none + log_tail(trials, a - 1, -1, odds), none + log_tail(trials, a, 1, odds)


def answer(point):
    n, f, a, b, p = point["n"], point["f"], point["a"], point["b"], mpf(point["p"])
    before, after = log_masses(a, b, p), log_masses(a + f, b + n - f, p)
    common = log_beta(a + f, b + n - f) - log_beta(a, b) - f * log(p) - (n - f) * log(1 - p)
    return {"stop": float(common + after[0] - before[0]), "go": float(common + after[1] - before[1])}


answer_each(answer)
