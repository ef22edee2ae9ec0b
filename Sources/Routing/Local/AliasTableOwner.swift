import Foundation

/// Whose a table of alias_maps is: who may write into it decides which commands run, so with that user's rights they
/// run (local(8)).
package enum AliasTableOwner {
    /// What follows a table's name in the name of the file that is asked.
    private static let endings = [
        "hash": ".db", "btree": ".db", "dbm": ".pag", "sdbm": ".pag", "lmdb": ".lmdb", "cdb": ".cdb",
    ]

    /// The owner of a table's file; 0, the operator, of one that is no file.
    ///
    /// - Parameter name: `hash:/etc/aliases`, as main.cf has it.
    package static func uid(_ name: String) -> UInt32 {
        guard let path = path(name) else { return 0 }
        let type = name.prefix { $0 != ":" }
        var status = stat()
        guard stat(path + (endings[String(type)] ?? ""), &status) == 0 else { return 0 }
        return status.st_uid
    }

    /// The file as somebody has written it: what compiled tables are made from.
    package static func path(_ name: String) -> String? {
        var name = name[...]
        if name.hasPrefix("proxy:") { name = name.dropFirst(6) }
        guard let colon = name.firstIndex(of: ":") else { return nil }
        let path = name[name.index(after: colon)...]
        return path.hasPrefix("/") ? String(path) : nil
    }
}
