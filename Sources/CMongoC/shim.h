#pragma once
// By its folder, for pkg-config would link the library as well; <bson/bson.h> is found by libbson's own flags.
#include <libmongoc-1.0/mongoc/mongoc.h>

// libmongoc is only loaded where it is needed (MongoDBLibrary.swift), so its functions are called by pointers. Their
// types are those of the header.
#define POINTER_TO(function) typedef __typeof__(function) *function##_pointer

POINTER_TO(mongoc_init);
POINTER_TO(mongoc_log_set_handler);

POINTER_TO(mongoc_uri_new_with_error);
POINTER_TO(mongoc_uri_has_option);
POINTER_TO(mongoc_uri_set_option_as_int32);
POINTER_TO(mongoc_uri_unescape);
POINTER_TO(mongoc_uri_destroy);

POINTER_TO(mongoc_client_pool_new_with_error);
POINTER_TO(mongoc_client_pool_max_size);
POINTER_TO(mongoc_client_pool_set_error_api);
POINTER_TO(mongoc_client_pool_pop);
POINTER_TO(mongoc_client_pool_push);
POINTER_TO(mongoc_client_pool_destroy);

POINTER_TO(mongoc_client_get_collection);
POINTER_TO(mongoc_collection_find_with_opts);
POINTER_TO(mongoc_collection_destroy);

POINTER_TO(mongoc_cursor_next);
POINTER_TO(mongoc_cursor_error);
POINTER_TO(mongoc_cursor_get_host);
POINTER_TO(mongoc_cursor_destroy);

#undef POINTER_TO
