// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "test.h"

#define THREADS 8
#define ROUNDS	300

/* Gives the sum of the first input's words. */
static int32_t sum(uint32_t handle, uint32_t scalars, struct fake_arg *args,
		   unsigned int count)
{
	uint64_t total = 0;

	(void)handle;
	(void)scalars;
	for (size_t i = 0; i < args[0].length / 4; i++)
		total += ((uint32_t *)args[0].pointer)[i];
	memcpy(args[count - 1].pointer, &total, sizeof(total));
	return 0;
}

static int invoke_sum(struct qda_session *session, const uint32_t *words,
		      size_t count, uint64_t *total)
{
	struct qda_arg args[] = {
		qda_in(words, 4 * count),
		qda_out(total, sizeof(*total)),
	};

	return qda_invoke(session, 3, QDA_SCALARS(2, 1, 1, 0, 0), args, 2,
			  NULL);
}

static int submit_sum(struct qda_session *session, const uint32_t *words,
		      size_t count, uint64_t *total)
{
	struct qda_arg args[] = {
		qda_in(words, 4 * count),
		qda_out(total, sizeof(*total)),
	};
	struct qda_call *call;
	int ret;

	ret = qda_call_submit(session, 3, QDA_SCALARS(2, 1, 1, 0, 0), args, 2,
			      &call);
	if (ret)
		return ret;
	ret = qda_call_wait(call, QDA_DEADLINE_NONE, NULL);
	qda_call_free(call);
	return ret;
}

static int one_round(struct qda_session *session, uint32_t seed)
{
	struct qda_buffer *buffer;
	uint32_t words[64], *shared;
	uint64_t want = 0, total[3];
	int ret;

	ret = qda_buffer_create(session, sizeof(words), &buffer);
	if (!ret)
		ret = qda_buffer_map(buffer, (void **)&shared);
	if (ret)
		return ret;
	for (uint32_t i = 0; i < 64; i++) {
		words[i] = seed * i;
		shared[i] = words[i];
		want += words[i];
	}
	ret = invoke_sum(session, words, 64, &total[0]);
	if (!ret)
		ret = invoke_sum(session, shared, 64, &total[1]);
	if (!ret)
		ret = submit_sum(session, words, 64, &total[2]);
	qda_buffer_free(buffer);
	for (int i = 0; !ret && i < 3; i++)
		if (total[i] != want)
			ret = -EBADMSG;
	return ret;
}

static void *worker(void *session)
{
	int ret = 0;

	for (uint32_t round = 1; !ret && round <= ROUNDS; round++)
		ret = one_round(session, round);
	return (void *)(intptr_t)ret;
}

static void threads_do_not_disturb_each_other(void **state)
{
	struct qda_session *session = fake_session();
	struct qda_session_stats stats;
	pthread_t threads[THREADS];
	void *ret;

	(void)state;
	fake.function = sum;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, worker, session), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &ret);
		assert_int_equal((intptr_t)ret, 0);
	}
	qda_session_get_stats(session, &stats, sizeof(stats));
	assert_int_equal(stats.calls, 3 * THREADS * ROUNDS);
	assert_in_range(stats.arenas, 1, THREADS);
	qda_session_close(session);
	assert_int_equal(fake.bos, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(threads_do_not_disturb_each_other),
	};

	return RUN(tests);
}
