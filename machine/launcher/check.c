// SPDX-License-Identifier: BSD-3-Clause
/* Warnings in the kernel log. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define TAIL_LINES 25
#define LINE	   1024

/* What the kernel writes when one of its checkers has found something. */
static const char finding[] =
	"WARNING:|BUG:|BUG |Oops|Kernel panic|general protection fault"
	"|KASAN:|UBSAN:|KCSAN:|refcount_t:|ODEBUG:|DMA-API: .*(error|warning|leak|overlapping|mismatch|invalid|device driver|mapping)"
	"|INFO: (task .* blocked|possible|trying to register|rcu)"
	"|possible (circular|recursive|irq|deadlock)|inconsistent lock state"
	"|suspicious RCU|sleeping function called|scheduling while atomic"
	"|(list_add|list_del) corruption|bad page|Bad page"
	"|unreferenced object"
	"|Unbalanced|unable to handle|soft lockup|stack-protector"
	"|virtio_uml.*(error|fail)";

#define CUT_HERE "------------[ cut here ]------------"
#define CUT_END	 "---[ end trace"

struct checker {
	regex_t finding;
	regex_t expect[OPTIONS_EXPECT_MAX];
	size_t expect_count;
	size_t found;
	/* a report from "cut here" to "end trace" is one finding */
	bool in_report, report_found, report_expected;
	char report[LINE];
};

static bool matches(const regex_t *regex, const char *line)
{
	return !regexec(regex, line, 0, NULL, 0);
}

static bool expected(const struct checker *checker, const char *line)
{
	for (size_t i = 0; i < checker->expect_count; i++)
		if (matches(&checker->expect[i], line))
			return true;
	return false;
}

static void count(struct checker *checker, const char *line)
{
	checker->found++;
	complain("check: %s", line);
}

static void end_report(struct checker *checker)
{
	if (checker->in_report && checker->report_found &&
	    !checker->report_expected)
		count(checker, checker->report);
	checker->in_report = false;
}

static void take_line(struct checker *checker, const char *line)
{
	bool found = matches(&checker->finding, line);

	if (strstr(line, CUT_HERE)) {
		end_report(checker);
		checker->in_report = true;
		checker->report_found = false;
		checker->report_expected = false;
		return;
	}
	if (!checker->in_report) {
		if (found && !expected(checker, line))
			count(checker, line);
		return;
	}
	if (found && !checker->report_found) {
		checker->report_found = true;
		snprintf(checker->report, sizeof(checker->report), "%s", line);
	}
	checker->report_expected |= expected(checker, line);
	if (strstr(line, CUT_END))
		end_report(checker);
}

static int compile(struct checker *checker, const struct options *options)
{
	char text[256];
	int err;

	if (regcomp(&checker->finding, finding, REG_EXTENDED | REG_NOSUB))
		return -1;
	for (size_t i = 0; i < options->expect_count; i++) {
		err = regcomp(&checker->expect[i], options->expect[i],
			      REG_EXTENDED | REG_NOSUB);
		if (err) {
			regerror(err, &checker->expect[i], text, sizeof(text));
			complain("--expect '%s': %s", options->expect[i], text);
			return -1;
		}
		checker->expect_count++;
	}
	return 0;
}

size_t check_log(const char *path, const struct options *options)
{
	static struct checker checker;
	char line[LINE];
	FILE *f;

	if (compile(&checker, options))
		return 1;
	f = fopen(path, "re");
	if (!f) {
		complain("cannot read %s", path);
		return 1;
	}
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\r\n")] = '\0';
		take_line(&checker, line);
	}
	end_report(&checker);
	fclose(f);
	return checker.found;
}

void show_tail(const char *path, const char *what)
{
	static char lines[TAIL_LINES][LINE];
	size_t n = 0;
	FILE *f = fopen(path, "re");

	if (!f)
		return;
	while (fgets(lines[n % TAIL_LINES], LINE, f))
		n++;
	fclose(f);
	if (!n)
		return;
	complain("the last lines of %s:", what);
	for (size_t i = n < TAIL_LINES ? 0 : n - TAIL_LINES; i < n; i++)
		show(lines[i % TAIL_LINES], strlen(lines[i % TAIL_LINES]));
}
