/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Result codes of FastRPC calls. Zero is success. A code that the DSP's own
 * machinery returns (not the called function) has AEE_DSP_OFFSET added.
 */
#ifndef AEE_STD_ERR_H
#define AEE_STD_ERR_H

#define AEE_DSP_OFFSET 0x80000400u

#define AEE_SUCCESS		0x00
#define AEE_EFAILED		0x01	/* general failure */
#define AEE_ENOMEMORY		0x02
#define AEE_EUNABLETOLOAD	0x06	/* shared object missing or unusable */
#define AEE_EEXPIRED		0x0c
#define AEE_EBADSTATE		0x0d	/* also: the process died */
#define AEE_EBADPARM		0x0e
#define AEE_EUNSUPPORTED	0x14
#define AEE_EALREADY		0x1a
#define AEE_EINVHANDLE		0x2c	/* no such remote handle */
#define AEE_EINTERRUPTED	0x2e
#define AEE_ENOSUCH		0x27
#define AEE_EINVALIDFD		0x3a
#define AEE_ENOSUCHMOD		0x3e	/* no such module */
#define AEE_ENOSUCHSYMBOL	0x42
#define AEE_ENODEV		0x43	/* no such DSP */
#define AEE_ENOSUCHHANDLE	0x46
#define AEE_ENOSUCHMAP		0x48
#define AEE_EBADFD		0x4f
#define AEE_EBADPID		0x50
#define AEE_EBADCONTEXT		0x54
#define AEE_ECONNRESET		0x68	/* the process on the DSP died */
#define AEE_ECONNREFUSED	0x72
#define AEE_EBADVA		0x83
#define AEE_EALREADYMAPPED	0x87
#define AEE_ESTUBSKELVERMISMATCH 0x194
#define AEE_ERPC		0x200	/* the call could not be carried out */

#endif /* AEE_STD_ERR_H */
