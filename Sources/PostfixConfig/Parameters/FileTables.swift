// Lookup tables in files: postmap(1).

extension ParameterCatalogue {
    static let fileTables: [ParameterDefinition] = [
        .known(
            "berkeley_db_create_buffer_size", .number, "16777216",
            "How much memory compiling a hash or btree table may take, in bytes."),
        .known(
            "berkeley_db_read_buffer_size", .number, "131072",
            "How much memory reading a hash or btree table may take, in bytes."),
        .known("default_database_type", .text, "hash", "The type of a table that none is named for."),
        .known("lmdb_map_size", .number, "16777216", "How large an LMDB table is to begin with, in bytes."),
    ]
}
