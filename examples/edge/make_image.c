// SPDX-License-Identifier: BSD-3-Clause
/*
 * Makes the example picture: mountains at a lake in evening light. A height
 * field of noise is met by one ray for each sample of a pixel; light, shadow,
 * haze, water and clouds are as simple as they can be and still look right.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "image.h"

#define WIDTH	  1024
#define HEIGHT	  768
#define SAMPLES	  3 /* each way in a pixel */
#define FAR	  60.0
#define WATER	  0.0
#define TREE_LINE 1.25

struct vec {
	double x, y, z;
};

static const struct vec eye = { 0.0, 0.62, 0.0 };
static const struct vec to_sun = { -0.62, 0.36, 0.70 };
static const struct vec sun_light = { 1.75, 1.28, 0.86 };
static const struct vec sky_light = { 0.30, 0.40, 0.56 };

static struct vec add(struct vec a, struct vec b)
{
	return (struct vec){ a.x + b.x, a.y + b.y, a.z + b.z };
}

static struct vec scale(struct vec a, double s)
{
	return (struct vec){ a.x * s, a.y * s, a.z * s };
}

static struct vec times(struct vec a, struct vec b)
{
	return (struct vec){ a.x * b.x, a.y * b.y, a.z * b.z };
}

static double dot(struct vec a, struct vec b)
{
	return a.x * b.x + a.y * b.y + a.z * b.z;
}

static struct vec unit(struct vec a)
{
	return scale(a, 1.0 / sqrt(dot(a, a)));
}

static struct vec blend(struct vec a, struct vec b, double t)
{
	return add(scale(a, 1.0 - t), scale(b, t));
}

static double clamp(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static double smooth(double low, double high, double x)
{
	double t = clamp((x - low) / (high - low), 0.0, 1.0);

	return t * t * (3.0 - 2.0 * t);
}

/* 0 to 1, the same for the same place. */
static double lattice(int32_t x, int32_t z, uint32_t seed)
{
	uint32_t h = (uint32_t)x * 0x8da6b343u ^ (uint32_t)z * 0xd8163841u ^
		     seed * 0xcb1ab31fu;

	h ^= h >> 15;
	h *= 0x2c1b3c6du;
	h ^= h >> 12;
	h *= 0x297a2d39u;
	h ^= h >> 15;
	return h / 4294967296.0;
}

static double noise(double x, double z, uint32_t seed)
{
	double fx = floor(x), fz = floor(z);
	int32_t ix = (int32_t)fx, iz = (int32_t)fz;
	double u = x - fx, v = z - fz;

	u = u * u * u * (u * (u * 6.0 - 15.0) + 10.0);
	v = v * v * v * (v * (v * 6.0 - 15.0) + 10.0);
	return (lattice(ix, iz, seed) * (1.0 - u) +
		lattice(ix + 1, iz, seed) * u) *
		       (1.0 - v) +
	       (lattice(ix, iz + 1, seed) * (1.0 - u) +
		lattice(ix + 1, iz + 1, seed) * u) *
		       v;
}

/* Octaves are turned, so that the lattice does not show. */
static double fractal(double x, double z, int octaves, uint32_t seed)
{
	double sum = 0.0, weight = 0.5;

	for (int i = 0; i < octaves; i++) {
		double turned = 0.8 * x - 0.6 * z;

		sum += weight * noise(x, z, seed + (uint32_t)i);
		z = 2.03 * (0.6 * x + 0.8 * z);
		x = 2.03 * turned;
		weight *= 0.5;
	}
	return sum;
}

static double ridges(double x, double z, int octaves, uint32_t seed)
{
	double sum = 0.0, weight = 0.5, previous = 1.0;

	for (int i = 0; i < octaves; i++) {
		double turned = 0.8 * x - 0.6 * z;
		double n = 1.0 -
			   fabs(2.0 * noise(x, z, seed + (uint32_t)i) - 1.0);

		n *= n;
		sum += weight * n * previous;
		previous = clamp(1.4 * n, 0.0, 1.0);
		z = 2.02 * (0.6 * x + 0.8 * z);
		x = 2.02 * turned;
		weight *= 0.5;
	}
	return sum;
}

/* The ground without trees: a basin with a lake, and mountains behind it. */
static double ground(double x, double z, int octaves)
{
	double shore = 2.4 + 1.3 * fractal(0.35 * x, 7.0, 3, 31) +
		       0.25 * fabs(x - 0.4);
	double behind = smooth(5.0, 19.0, z + 1.6 * fabs(x) * 0.35);
	double side = smooth(1.6, 6.0, fabs(x + 0.3) - 0.12 * z);
	double hills = 0.9 * fractal(0.45 * x, 0.45 * z, octaves, 3) - 0.34;
	double peaks = 5.4 *
		       ridges(0.13 * x + 3.1, 0.13 * z + 0.7, octaves, 11);
	double near_bank = 0.50 * smooth(shore, shore - 1.6, z);
	double basin = -0.32 * (1.0 - side) * smooth(18.0, 12.0, z);

	return hills * (0.35 + 0.65 * side) + basin +
	       peaks * behind * (0.35 + 0.65 * side + 0.35 * behind) +
	       near_bank + 0.35 * side;
}

/* Height of a conifer at a distance from its stem: boughs in tiers. */
static double branches(double far, double x, double z)
{
	double ragged = noise(70.0 * x, 70.0 * z, 61) +
			0.5 * noise(190.0 * x, 190.0 * z, 62) - 0.75;
	double r = clamp(far + 0.34 * ragged * far, 0.0, 1.0);
	double tier = 9.0 * pow(r, 0.8);
	double drop = tier - floor(tier);

	return clamp(1.0 - r - 0.05 * (drop - 0.5) + 0.06 * ragged, 0.0, 1.0);
}

/* Conifers on a jittered grid, in woods, where it is neither wet nor high. */
static double trees(double x, double z, double height)
{
	const double cell = 0.11;
	int32_t ix = (int32_t)floor(x / cell), iz = (int32_t)floor(z / cell);
	double top = 0.0;

	if (height < WATER + 0.05 || height > TREE_LINE)
		return 0.0;
	for (int32_t v = iz - 1; v <= iz + 1; v++) {
		for (int32_t u = ix - 1; u <= ix + 1; u++) {
			double cx = (u + 0.2 + 0.6 * lattice(u, v, 71)) * cell;
			double cz = (v + 0.2 + 0.6 * lattice(u, v, 72)) * cell;
			double size = 0.6 + 0.7 * lattice(u, v, 73);
			double wood = fractal(0.9 * cx, 0.9 * cz, 3, 51);
			double far = hypot(x - cx, z - cz) / (0.065 * size);

			if (wood < 0.36 + 0.16 * lattice(u, v, 74) || far > 1.0)
				continue;
			top = fmax(top, 0.24 * size * branches(far, x, z));
		}
	}
	return top * smooth(TREE_LINE, TREE_LINE - 0.35, height) *
	       smooth(WATER + 0.05, WATER + 0.1, height);
}

static double terrain(double x, double z, double *wood)
{
	double height = ground(x, z, 9);
	double close = smooth(5.0, 0.5, z);

	*wood = trees(x, z, height);
	if (close > 0.0 && height > WATER + 0.02)
		height += close * (0.008 * noise(45.0 * x, 45.0 * z, 101) +
				   0.009 * noise(210.0 * x, 130.0 * z, 102));
	return height + *wood;
}

static double height_at(double x, double z)
{
	double wood;

	return terrain(x, z, &wood);
}

/* Distance to the ground along a ray, FAR where there is none. */
static double march(struct vec from, struct vec ray, double start)
{
	double t = start, last = start, over = 0.0;

	for (int i = 0; i < 700 && t < FAR; i++) {
		struct vec at = add(from, scale(ray, t));

		over = at.y - height_at(at.x, at.z);
		if (over < 0.0005 * t)
			break;
		if (at.y > 5.5 && ray.y > 0.0)
			return FAR;
		last = t;
		t += fmax(0.26 * over, 0.0012 * t);
	}
	if (t >= FAR)
		return FAR;
	for (int i = 0; i < 8; i++) {
		double middle = 0.5 * (last + t);
		struct vec at = add(from, scale(ray, middle));

		if (at.y > height_at(at.x, at.z))
			last = middle;
		else
			t = middle;
	}
	return t;
}

static double shadow(struct vec at)
{
	struct vec ray = unit(to_sun);
	double light = 1.0, t = 0.02;

	for (int i = 0; i < 70 && t < 14.0; i++) {
		struct vec p = add(at, scale(ray, t));
		double over = p.y - height_at(p.x, p.z);

		light = fmin(light, 0.5 + 14.0 * over / t);
		if (light <= 0.0 || p.y > 5.0)
			break;
		t += clamp(0.5 * over, 0.012, 0.6);
	}
	return smooth(0.0, 1.0, light);
}

static struct vec normal_at(struct vec at, double t)
{
	double e = fmax(0.0009 * t, 0.002);
	struct vec n = {
		height_at(at.x - e, at.z) - height_at(at.x + e, at.z),
		2.0 * e,
		height_at(at.x, at.z - e) - height_at(at.x, at.z + e),
	};

	return unit(n);
}

static double cloud_cover(struct vec ray)
{
	double far = 1.0 / (ray.y + 0.12);
	double x = ray.x * far, z = ray.z * far;
	double warp = fractal(1.3 * x, 1.3 * z, 4, 91);
	double n = fractal(1.1 * x + 1.1 * warp, 2.1 * z + 0.8 * warp, 7, 81);

	return smooth(0.47, 0.78, n) * smooth(0.0, 0.12, ray.y);
}

static struct vec sky(struct vec ray)
{
	double up = clamp(ray.y, 0.0, 1.0);
	double toward = clamp(dot(ray, unit(to_sun)), 0.0, 1.0);
	struct vec zenith = { 0.16, 0.32, 0.62 };
	struct vec horizon = { 0.74, 0.68, 0.62 };
	struct vec color = blend(horizon, zenith, 1.0 - exp(-4.2 * up));
	struct vec white = { 1.05, 0.98, 0.92 }, grey = { 0.52, 0.53, 0.60 };
	double cover = cloud_cover(ray);
	struct vec cloud;

	color = add(color, scale(sun_light, 0.22 * pow(toward, 6.0)));
	color = add(color, scale(sun_light, 0.9 * pow(toward, 300.0)));
	cloud = blend(white, grey, clamp(1.3 * cover - 0.35, 0.0, 1.0));
	cloud = add(cloud, scale(sun_light, 0.30 * pow(toward, 4.0)));
	return blend(color, cloud, 0.88 * cover);
}

static struct vec haze(struct vec color, struct vec ray, double t, double y)
{
	double toward = clamp(dot(ray, unit(to_sun)), 0.0, 1.0);
	struct vec air = blend((struct vec){ 0.55, 0.63, 0.75 },
			       (struct vec){ 1.0, 0.84, 0.64 },
			       0.85 * pow(toward, 3.0));
	double thick = 0.021 * t * exp(-0.28 * fmax(y, 0.0));

	return blend(color, air, 1.0 - exp(-thick));
}

/* What the ground is made of: grass, rock, snow on flat heights, sand. */
static struct vec material(struct vec at, struct vec normal, double wood)
{
	double rough = fractal(9.0 * at.x, 9.0 * at.z, 5, 21);
	double fine = fractal(60.0 * at.x, 60.0 * at.z, 4, 23);
	struct vec grass = blend((struct vec){ 0.16, 0.19, 0.05 },
				 (struct vec){ 0.40, 0.33, 0.12 }, rough);
	struct vec rock = blend((struct vec){ 0.20, 0.18, 0.17 },
				(struct vec){ 0.46, 0.40, 0.35 },
				0.6 * rough + 0.4 * fine);
	struct vec needle = { 0.045, 0.085, 0.035 };
	struct vec snow = { 0.86, 0.89, 0.95 }, sand = { 0.45, 0.38, 0.28 };
	double steep = 1.0 - normal.y;
	struct vec color;

	color = blend(grass, rock,
		      smooth(0.16, 0.34,
			     steep + 0.2 * rough + 0.13 * (at.y - 1.3)));
	color = blend(color, snow,
		      smooth(2.0, 2.5, at.y + 0.9 * rough) *
			      smooth(0.52, 0.34, steep));
	color = blend(sand, color, smooth(WATER + 0.015, WATER + 0.06, at.y));
	if (wood > 0.004)
		color = scale(needle, 0.55 + 0.9 * rough + 2.2 * wood);
	return scale(color, 0.45 + 1.1 * fine);
}

static struct vec ground_color(struct vec from, struct vec ray, double t)
{
	struct vec at = add(from, scale(ray, t));
	struct vec normal = normal_at(at, t), color, light;
	double wood, sun, bounce;

	terrain(at.x, at.z, &wood);
	color = material(at, normal, wood);
	sun = clamp(dot(normal, unit(to_sun)), 0.0, 1.0);
	if (sun > 0.0)
		sun *= shadow(add(at, scale(normal, 0.004)));
	bounce = clamp(-normal.z * 0.4 + 0.2, 0.0, 1.0);
	light = scale(sky_light, 0.45 + 0.55 * normal.y);
	light = add(light, scale(sun_light, 1.25 * sun + 0.10 * bounce));
	return haze(times(color, light), ray, t, at.y);
}

static struct vec land_or_sky(struct vec from, struct vec ray, double start)
{
	double t = march(from, ray, start);

	return t < FAR ? ground_color(from, ray, t) : sky(ray);
}

static struct vec ripple(struct vec at, double t)
{
	double e = 0.01, calm = 0.10 / (1.0 + 0.22 * t);
	double x = 5.0 * at.x, z = 13.0 * at.z;
	double wind = 0.25 + smooth(0.35, 0.65,
				    fractal(0.5 * at.x, 1.1 * at.z, 3, 45));
	double here = fractal(x, z, 4, 41);
	struct vec n = {
		-calm * wind * (fractal(x + e, z, 4, 41) - here) / e,
		1.0,
		-calm * wind * (fractal(x, z + e, 4, 41) - here) / e,
	};

	return unit(n);
}

static struct vec water_color(struct vec ray, double t)
{
	struct vec at = add(eye, scale(ray, t));
	struct vec normal = ripple(at, t), mirror, color;
	struct vec deep = { 0.03, 0.085, 0.095 };
	double facing = clamp(-dot(ray, normal), 0.0, 1.0);
	double fresnel = 0.03 + 0.97 * pow(1.0 - facing, 5.0);
	double depth = WATER - ground(at.x, at.z, 6);

	mirror = add(ray, scale(normal, 2.0 * facing));
	mirror.y = fabs(mirror.y) + 0.001;
	deep = blend((struct vec){ 0.20, 0.19, 0.12 }, deep,
		     smooth(0.0, 0.10, depth));
	color = blend(deep, land_or_sky(at, unit(mirror), 0.02),
		      clamp(fresnel * 1.15 + 0.06, 0.0, 1.0));
	return haze(color, ray, t, 0.0);
}

static struct vec trace(struct vec ray)
{
	double to_water = ray.y < 0.0 ? (WATER - eye.y) / ray.y : FAR;
	double t = march(eye, ray, 0.15);

	if (to_water < t)
		return water_color(ray, to_water);
	return t < FAR ? ground_color(eye, ray, t) : sky(ray);
}

static struct vec ray_at(double x, double y)
{
	struct vec ray = {
		(x - WIDTH / 2.0) / WIDTH * 1.15,
		(HEIGHT / 2.0 - y) / WIDTH * 1.15 + 0.035,
		1.0,
	};

	return unit(ray);
}

/* As film does: bright parts bend towards white instead of being cut. */
static double film(double x)
{
	x = fmax(0.0, 0.86 * x);
	return x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14);
}

static uint8_t expose(double value, double grain)
{
	double v = pow(clamp(film(value), 0.0, 1.0), 1.0 / 2.2);

	return (uint8_t)(clamp(v * 255.0 + grain, 0.0, 255.0) + 0.5);
}

static void paint_pixel(int x, int y, uint8_t *pixel)
{
	struct vec color = { 0.0, 0.0, 0.0 };
	double dx = (x - WIDTH / 2.0) / WIDTH, dy = (y - HEIGHT / 2.0) / WIDTH;
	double vignette = 1.0 - 0.55 * (dx * dx + dy * dy);
	double grain = 2.4 * (lattice(x, y, 1) + lattice(x, y, 2) - 1.0);

	for (int v = 0; v < SAMPLES; v++)
		for (int u = 0; u < SAMPLES; u++)
			color = add(color,
				    trace(ray_at(x + (u + 0.5) / SAMPLES,
						 y + (v + 0.5) / SAMPLES)));
	color = scale(color, vignette / (SAMPLES * SAMPLES));
	pixel[0] = expose(color.x, grain);
	pixel[1] = expose(color.y, grain);
	pixel[2] = expose(color.z, grain);
}

int main(int argc, char **argv)
{
	struct image image = { WIDTH, HEIGHT, 3, NULL };
	int ret;

	if (argc != 2) {
		fprintf(stderr, "Usage: make_image OUTPUT\n");
		return 2;
	}
	image.pixels = malloc(image_size(&image));
	if (!image.pixels)
		return 1;
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			paint_pixel(x, y, image.pixels + 3 * (y * WIDTH + x));
	ret = image_save(argv[1], &image);
	free(image.pixels);
	return ret ? 1 : 0;
}
