// SPDX-License-Identifier: BSD-3-Clause
/* Lets the DSP add numbers up and find the greatest. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/example.h"
#include "calculator.h"

static const char help[] =
	"Usage: calculator [OPTION]... [NUMBER]...\n"
	"Prints the sum and the maximum of numbers, as a DSP calculates them.\n"
	"\n"
	"  -f, --file PATH    read numbers from a file too, separated by white\n"
	"                     space; - is standard input\n"
	"  -d, --domain NAME  which DSP (cdsp, adsp...); default: the first\n"
	"  -h, --help         print this and exit\n"
	"\n"
	"Numbers are whole, from -2147483648 to 2147483647; write \"--\" before\n"
	"one that is negative. The exit status is 0, 1 after a failure and 2\n"
	"after a wrong command line. QDA_DEVICE names a device node to use.\n";

struct numbers {
	int32_t *items;
	uint32_t count;
	uint32_t capacity;
};

static int append(struct numbers *numbers, const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end || errno || value < INT32_MIN ||
	    value > INT32_MAX) {
		fprintf(stderr,
			"calculator: \"%s\" is not a whole number from "
			"-2147483648 to 2147483647\n",
			text);
		return -1;
	}
	if (numbers->count == numbers->capacity) {
		uint32_t capacity = 2 * numbers->capacity + 64;
		int32_t *items;

		items = reallocarray(numbers->items, capacity, sizeof(*items));
		if (!items || capacity > INT32_MAX / sizeof(*items)) {
			fprintf(stderr, "calculator: too many numbers\n");
			numbers->items = items ? items : numbers->items;
			return -1;
		}
		numbers->items = items;
		numbers->capacity = capacity;
	}
	numbers->items[numbers->count++] = (int32_t)value;
	return 0;
}

static int read_stream(struct numbers *numbers, FILE *stream, const char *path)
{
	char word[32];
	int ret = 0;

	/* A longer word is no number: its first part shows in the message. */
	while (!ret && fscanf(stream, "%31s", word) == 1)
		ret = append(numbers, word);
	if (ferror(stream)) {
		fprintf(stderr, "calculator: cannot read %s: %s\n", path,
			strerror(errno));
		return -1;
	}
	return ret;
}

static int read_file(struct numbers *numbers, const char *path)
{
	FILE *stream;
	int ret;

	if (!strcmp(path, "-"))
		return read_stream(numbers, stdin, "standard input");
	stream = fopen(path, "re");
	if (!stream) {
		fprintf(stderr, "calculator: cannot open %s: %s\n", path,
			strerror(errno));
		return -1;
	}
	ret = read_stream(numbers, stream, path);
	fclose(stream);
	return ret;
}

static int calculate(struct example *example, remote_handle64 calculator,
		     const struct numbers *numbers)
{
	int count = (int)numbers->count;
	int64_t sum;
	int max, ret;

	ret = calculator_sum(calculator, numbers->items, count, &sum);
	if (ret)
		return example_fail(example, "calculator: no sum",
				    qda_remote_error(), ret);
	ret = calculator_max(calculator, numbers->items, count, &max);
	if (ret)
		return example_fail(example, "calculator: no maximum",
				    qda_remote_error(), ret);
	printf("sum %" PRId64 "\nmax %d\n", sum, max);
	return 0;
}

static int run(const char *domain, const struct numbers *numbers)
{
	remote_handle64 calculator;
	struct example example;
	int ret;

	if (example_open(&example, domain))
		return -1;
	ret = calculator_open(calculator_URI, &calculator);
	if (ret) {
		ret = example_fail(&example,
				   "calculator: cannot load "
				   "libcalculator_skel.so",
				   qda_remote_error(), ret);
	} else {
		ret = calculate(&example, calculator, numbers);
		calculator_close(calculator);
	}
	example_close(&example);
	return ret;
}

static int usage(void)
{
	fprintf(stderr, "Try \"calculator --help\".\n");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "file", required_argument, NULL, 'f' },
		{ "domain", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct numbers numbers = { 0 };
	const char *domain = NULL;
	int option, ret = 0;

	while (!ret && (option = getopt_long(argc, argv, "f:d:h", options,
					     NULL)) >= 0) {
		if (option == 'h') {
			fputs(help, stdout);
			free(numbers.items);
			return 0;
		}
		if (option == 'd')
			domain = optarg;
		else
			ret = option == 'f' ? read_file(&numbers, optarg) : -1;
	}
	for (; !ret && optind < argc; optind++)
		ret = append(&numbers, argv[optind]);
	if (!ret && !numbers.count) {
		fprintf(stderr, "calculator: no numbers were given\n");
		ret = -1;
	}
	if (ret)
		ret = usage();
	else
		ret = run(domain, &numbers) ? EXIT_FAILURE : EXIT_SUCCESS;
	free(numbers.items);
	return ret;
}
