// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

/* What one file needs; libpng leaves a function by longjmp. */
struct codec {
	const char *path;
	png_struct *png;
	png_info *info;
	png_byte **rows;
};

static void on_error(png_struct *png, const char *message)
{
	struct codec *codec = png_get_error_ptr(png);

	fprintf(stderr, "%s: %s\n", codec->path, message);
	longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_struct *png, const char *message)
{
	(void)png;
	(void)message;
}

static int no_memory(const char *path)
{
	fprintf(stderr, "%s: out of memory\n", path);
	return -1;
}

/* Leaves 8 bits a channel, grey or RGB, without an alpha channel. */
static void simplify(struct codec *codec, struct image *image)
{
	png_struct *png = codec->png;

	png_set_expand(png);
	png_set_scale_16(png);
	png_set_strip_alpha(png);
	png_set_interlace_handling(png);
	png_read_update_info(png, codec->info);
	image->width = png_get_image_width(png, codec->info);
	image->height = png_get_image_height(png, codec->info);
	image->channels = png_get_channels(png, codec->info);
}

static int point_rows(struct codec *codec, const struct image *image)
{
	size_t stride = (size_t)image->width * image->channels;

	codec->rows = calloc(image->height, sizeof(*codec->rows));
	if (!codec->rows)
		return no_memory(codec->path);
	for (uint32_t y = 0; y < image->height; y++)
		codec->rows[y] = image->pixels + y * stride;
	return 0;
}

static int decode(struct codec *codec, FILE *file, image_memory memory,
		  void *context, struct image *image)
{
	if (setjmp(png_jmpbuf(codec->png)))
		return -1;
	png_init_io(codec->png, file);
	png_read_info(codec->png, codec->info);
	simplify(codec, image);
	if (image_prepare(codec->path, memory, context, image) ||
	    point_rows(codec, image))
		return -1;
	png_read_image(codec->png, codec->rows);
	png_read_end(codec->png, NULL);
	return 0;
}

int png_load(FILE *file, const char *path, image_memory memory, void *context,
	     struct image *image)
{
	struct codec codec = { .path = path };
	int ret;

	codec.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &codec,
					   on_error, on_warning);
	if (!codec.png)
		return no_memory(path);
	codec.info = png_create_info_struct(codec.png);
	ret = codec.info ? decode(&codec, file, memory, context, image) :
			   no_memory(path);
	free(codec.rows);
	png_destroy_read_struct(&codec.png, &codec.info, NULL);
	return ret;
}

static int encode(struct codec *codec, FILE *file, const struct image *image)
{
	int color = image->channels == 3 ? PNG_COLOR_TYPE_RGB :
					   PNG_COLOR_TYPE_GRAY;

	if (setjmp(png_jmpbuf(codec->png)))
		return -1;
	png_init_io(codec->png, file);
	png_set_IHDR(codec->png, codec->info, image->width, image->height, 8,
		     color, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		     PNG_FILTER_TYPE_DEFAULT);
	if (point_rows(codec, image))
		return -1;
	png_write_info(codec->png, codec->info);
	png_write_image(codec->png, codec->rows);
	png_write_end(codec->png, NULL);
	return 0;
}

int png_save(FILE *file, const char *path, const struct image *image)
{
	struct codec codec = { .path = path };
	int ret;

	codec.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &codec,
					    on_error, on_warning);
	if (!codec.png)
		return no_memory(path);
	codec.info = png_create_info_struct(codec.png);
	ret = codec.info ? encode(&codec, file, image) : no_memory(path);
	free(codec.rows);
	png_destroy_write_struct(&codec.png, &codec.info);
	return ret;
}
