import Foundation

/// A user of this machine, by name.
struct Owner: Sendable {
    let name: String
    let uid: uid_t
    let gid: gid_t

    /// Nil where there is no such user.
    init?(name: String) {
        guard let entry = getpwnam(name) else { return nil }
        self.name = name
        uid = entry.pointee.pw_uid
        gid = entry.pointee.pw_gid
    }

    /// Whoever runs the program.
    static var current: Owner? {
        guard let entry = getpwuid(getuid()) else { return nil }
        return Owner(name: String(cString: entry.pointee.pw_name))
    }
}
