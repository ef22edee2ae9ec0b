#pragma once
#include <ldap.h>
#include <sasl/sasl.h>
