import LookupTables

/// A map in a directory.
typealias LDAPTable = ServerTable<LDAPQuery>

typealias LDAPQuestion = ServerQuestion<LDAPQuery>
