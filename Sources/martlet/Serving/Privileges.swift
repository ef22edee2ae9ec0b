import Foundation

/// A server started by root binds its ports and then becomes `mail_owner`, for good.
enum Privileges {
    /// Runs some work as that user, for now: what it makes belongs to the user, and what the user may not read
    /// it cannot read. Does nothing special where the program was not started by root.
    static func acting<Result>(as owner: Owner, _ work: () throws -> Result) throws -> Result {
        guard getuid() == 0, owner.uid != 0 else { return try work() }
        guard initgroups(owner.name, owner.gid) == 0, setegid(owner.gid) == 0, seteuid(owner.uid) == 0 else {
            throw refusal(owner)
        }
        defer {
            // Back to root, who always may.
            seteuid(0)
            setegid(0)
        }
        return try work()
    }

    /// Becomes that user for good. Does nothing where the program was not started by root.
    ///
    /// - Throws: ``ServeFailure`` where the system refuses, or the user still could get back.
    static func drop(to owner: Owner) throws(ServeFailure) {
        guard getuid() == 0, owner.uid != 0 else { return }
        guard initgroups(owner.name, owner.gid) == 0, setgid(owner.gid) == 0, setuid(owner.uid) == 0 else {
            throw refusal(owner)
        }
        guard setuid(0) != 0 else {
            throw ServeFailure(
                "the system let the user \(owner.name) become root again; not serving like this")
        }
    }

    private static func refusal(_ owner: Owner) -> ServeFailure {
        ServeFailure("cannot become the user \(owner.name): \(String(cString: strerror(errno)))")
    }
}
