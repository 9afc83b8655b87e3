// SPDX-License-Identifier: BSD-3-Clause
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../edge/image.h"

static char path[] = "/tmp/qda-image-XXXXXX";

static uint8_t *heap(void *context, size_t size)
{
	*(size_t *)context = size;
	return malloc(size);
}

/* Loads what a file of these bytes holds. */
static int load_bytes(const void *bytes, size_t size, struct image *image)
{
	FILE *file = fopen(path, "wb");
	size_t asked = 0;
	int ret;

	*image = (struct image){ 0 };
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
	ret = image_load(path, heap, &asked, image);
	if (image->pixels)
		assert_int_equal(asked, image_size(image));
	return ret;
}

static int load_text(const char *text, struct image *image)
{
	return load_bytes(text, strlen(text), image);
}

static void reads_each_kind_of_pnm(void **state)
{
	static const struct {
		const char *text;
		uint32_t width, height, channels;
		const char *pixels;
	} cases[] = {
		{ "P5 3 1 255 abc", 3, 1, 1, "abc" },
		{ "P6\n# a comment\n1 2\n#\n255\nabcdef", 1, 2, 3, "abcdef" },
		{ "P2 2 1 3 1 3", 2, 1, 1, "\x55\xff" },
		{ "P3\n1 1\n255\n1 2 3\n", 1, 1, 3, "\1\2\3" },
		{ "P5 2 1 1 \1\1", 2, 1, 1, "\xff\xff" },
		{ "P5 1 1 65535 \x7f\xff", 1, 1, 1, "\x7f" },
	};
	struct image image;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(load_text(cases[i].text, &image), 0);
		assert_int_equal(image.width, cases[i].width);
		assert_int_equal(image.height, cases[i].height);
		assert_int_equal(image.channels, cases[i].channels);
		assert_memory_equal(image.pixels, cases[i].pixels,
				    image_size(&image));
		free(image.pixels);
	}
}

static void refuses_what_is_no_picture(void **state)
{
	static const char *const cases[] = {
		"",
		"GIF89a",
		"P",
		"P4 1 1 a",
		"P7 1 1 a",
		"P5",
		"P5 x",
		"P5 0 1 255 a",
		"P5 1 0 255 a",
		"P5 -1 1 255 a",
		"P5 1 1 0 a",
		"P5 1 1 65536 a",
		"P5 1 1 255x",
		"P5 16385 1 255 a",
		"P5 99999999999999999999 1 255 a",
		"P5 2 2 255 abc",
		"P6 2 2 255 abcdefghijk",
		"P2 2 1 3 1 4",
		"P2 2 1 3 1",
		"P2 1 1 3 x",
		"P5 1 1 300 a",
		"P5 # without end",
		"\x89PNG",
		"\x89PNG\r\n\x1a\n",
	};
	struct image image;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(load_text(cases[i], &image), -1);
		free(image.pixels);
	}
}

/* Writes a 5 x 5 picture of any PNG kind; its first pixel is 200, 100, 50. */
static void write_png(int color, int depth, int interlace)
{
	png_struct *png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL,
						  NULL, NULL);
	png_info *info = png_create_info_struct(png);
	png_color palette[2] = { { 200, 100, 50 }, { 1, 2, 3 } };
	uint8_t rows[5][5 * 8] = { { 0 } };
	png_byte *pointers[5];
	FILE *file = fopen(path, "wb");
	int bytes = depth / 8;

	assert_false(setjmp(png_jmpbuf(png)));
	png_init_io(png, file);
	png_set_IHDR(png, info, 5, 5, depth, color, interlace, 0, 0);
	if (color == PNG_COLOR_TYPE_PALETTE)
		png_set_PLTE(png, info, palette, 2);
	else if (bytes) {
		rows[0][0] = 200;
		rows[0][bytes] = 100;
		rows[0][2 * bytes] = 50;
	}
	for (int y = 0; y < 5; y++)
		pointers[y] = rows[y];
	png_write_info(png, info);
	png_write_image(png, pointers);
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	fclose(file);
}

static void reads_each_kind_of_png(void **state)
{
	static const struct {
		int color, depth;
		uint32_t channels;
		const char *first;
	} cases[] = {
		{ PNG_COLOR_TYPE_RGB, 8, 3, "\xc8\x64\x32" },
		{ PNG_COLOR_TYPE_RGB, 16, 3, "\xc7\x64\x32" },
		{ PNG_COLOR_TYPE_RGB_ALPHA, 8, 3, "\xc8\x64\x32" },
		{ PNG_COLOR_TYPE_GRAY, 8, 1, "\xc8" },
		{ PNG_COLOR_TYPE_GRAY, 1, 1, "\x00" },
		{ PNG_COLOR_TYPE_GRAY_ALPHA, 8, 1, "\xc8" },
		{ PNG_COLOR_TYPE_PALETTE, 2, 3, "\xc8\x64\x32" },
	};
	struct image image;
	size_t asked;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		write_png(cases[i / 2].color, cases[i / 2].depth, i % 2);
		assert_int_equal(image_load(path, heap, &asked, &image), 0);
		assert_int_equal(image.width, 5);
		assert_int_equal(image.height, 5);
		assert_int_equal(image.channels, cases[i / 2].channels);
		assert_memory_equal(image.pixels, cases[i / 2].first,
				    image.channels);
		free(image.pixels);
	}
}

static void reads_what_it_wrote(void **state)
{
	static const char *const names[] = { "/tmp/qda-image.png",
					     "/tmp/qda-image.pnm" };
	uint8_t pixels[7 * 3 * 3];
	struct image image, back;
	size_t asked;

	(void)state;
	for (size_t i = 0; i < sizeof(pixels); i++)
		pixels[i] = (uint8_t)(i * 31);
	for (int i = 0; i < 4; i++) {
		char name[64];

		snprintf(name, sizeof(name), "/tmp/qda-image-%d%s", getpid(),
			 strrchr(names[i / 2], '.'));
		image = (struct image){ 7, 3, i % 2 ? 3 : 1, pixels };
		assert_int_equal(image_save(name, &image), 0);
		assert_int_equal(image_load(name, heap, &asked, &back), 0);
		assert_int_equal(back.channels, image.channels);
		assert_memory_equal(back.pixels, pixels, image_size(&image));
		free(back.pixels);
		unlink(name);
	}
}

/* A PNG that is cut anywhere is an error, and nothing worse. */
static void survives_a_cut_png(void **state)
{
	uint8_t bytes[4096];
	struct image image;
	size_t size;
	FILE *file;

	(void)state;
	write_png(PNG_COLOR_TYPE_RGB, 8, 0);
	file = fopen(path, "rb");
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (size_t cut = 1; cut < size; cut++) {
		assert_int_equal(load_bytes(bytes, cut, &image), -1);
		free(image.pixels);
	}
}

static int make_path(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	/* What is refused is said on stderr, many times here. */
	if (!freopen("/dev/null", "w", stderr))
		return -1;
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_kind_of_pnm),
		cmocka_unit_test(refuses_what_is_no_picture),
		cmocka_unit_test(reads_each_kind_of_png),
		cmocka_unit_test(reads_what_it_wrote),
		cmocka_unit_test(survives_a_cut_png),
	};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
