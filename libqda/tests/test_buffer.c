// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"

static void creates_maps_and_frees(void **state)
{
	struct qda_session *session = fake_session();
	struct qda_buffer *buffer;
	void *address, *again;

	(void)state;
	assert_int_equal(qda_buffer_create(session, 5000, &buffer), 0);
	assert_int_equal(qda_buffer_size(buffer), 8192);
	assert_int_not_equal(qda_buffer_handle(buffer), 0);
	assert_int_equal(qda_buffer_map(buffer, &address), 0);
	assert_int_equal(qda_buffer_map(buffer, &again), 0);
	assert_ptr_equal(address, again);
	memset(address, 1, 8192);
	qda_buffer_free(buffer);
	qda_buffer_free(NULL);
	assert_int_equal(fake.bos, 0);
	qda_session_close(session);
}

static void passes_errors_on_and_leaks_nothing(void **state)
{
	struct qda_session *session = fake_session();
	struct qda_buffer *buffer;
	void *address;

	(void)state;
	assert_int_equal(qda_buffer_create(session, 0, &buffer), -EINVAL);
	fake.bo_error = -ENOSPC;
	assert_int_equal(qda_buffer_create(session, 1, &buffer), -ENOSPC);
	fake.bo_error = 0;
	assert_int_equal(qda_buffer_create(session, 1, &buffer), 0);
	fake.map_error = -EAGAIN;
	assert_int_equal(qda_buffer_map(buffer, &address), -EAGAIN);
	assert_int_equal(qda_buffer_import(session, -1, &buffer), -EBADF);
	qda_session_close(session);
	assert_int_equal(fake.bos, 0);
}

static void imports_memory_once(void **state)
{
	struct qda_session *session = fake_session();
	struct qda_buffer *one, *other;
	int fd = memfd_create("memory", MFD_CLOEXEC);
	char *address, *map;

	(void)state;
	assert_int_equal(ftruncate(fd, 4096), 0);
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_int_equal(qda_buffer_import(session, fd, &one), 0);
	assert_int_equal(qda_buffer_import(session, fd, &other), 0);
	assert_ptr_equal(one, other);
	close(fd);
	qda_buffer_free(one);
	assert_int_equal(fake.bos, 1);
	assert_int_equal(qda_buffer_map(other, (void **)&address), 0);
	map[17] = 42;
	assert_int_equal(address[17], 42);
	qda_buffer_free(other);
	assert_int_equal(fake.bos, 0);
	munmap(map, 4096);
	qda_session_close(session);
}

static void exports_and_takes_back_its_own(void **state)
{
	struct qda_session *session = fake_session();
	struct qda_session *friend = fake_session();
	struct qda_buffer *buffer, *again, *theirs;
	char *here, *there;
	int fd;

	(void)state;
	assert_int_equal(qda_buffer_create(session, 4096, &buffer), 0);
	assert_int_equal(qda_buffer_export(buffer, &fd), 0);
	assert_int_equal(qda_buffer_import(session, fd, &again), 0);
	assert_ptr_equal(buffer, again);
	assert_int_equal(qda_buffer_import(friend, fd, &theirs), 0);
	assert_ptr_not_equal(buffer, theirs);
	close(fd);
	assert_int_equal(qda_buffer_map(buffer, (void **)&here), 0);
	assert_int_equal(qda_buffer_map(theirs, (void **)&there), 0);
	strcpy(here, "shared");
	assert_string_equal(there, "shared");
	qda_session_close(friend);
	qda_session_close(session);
}

static void recognises_pointers(void **state)
{
	struct qda_session *session = fake_session();
	struct qda_buffer *buffers[40], *found;
	char *address[40];
	uint64_t offset;

	(void)state;
	for (int i = 0; i < 40; i++) {
		assert_int_equal(qda_buffer_create(session, 4096, &buffers[i]),
				 0);
		assert_int_equal(
			qda_buffer_map(buffers[i], (void **)&address[i]), 0);
	}
	for (int i = 0; i < 40; i++) {
		assert_int_equal(qda_session_find(session, address[i] + 96,
						  4000, &found, &offset),
				 0);
		assert_ptr_equal(found, buffers[i]);
		assert_int_equal(offset, 96);
		assert_int_equal(qda_session_find(session, address[i] + 97,
						  4000, &found, &offset),
				 -ERANGE);
	}
	assert_int_equal(qda_session_find(session, &offset, 8, &found, &offset),
			 0);
	assert_null(found);
	qda_buffer_free(buffers[3]);
	assert_int_equal(
		qda_session_find(session, address[3], 1, &found, &offset), 0);
	assert_null(found);
	qda_session_close(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(creates_maps_and_frees),
		TEST(passes_errors_on_and_leaks_nothing),
		TEST(imports_memory_once),
		TEST(exports_and_takes_back_its_own),
		TEST(recognises_pointers),
	};

	return RUN(tests);
}
