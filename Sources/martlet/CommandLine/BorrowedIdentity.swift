import Foundation

/// Another user's rights for a while, as postmap takes those of a source's owner: what belongs to a user is
/// not made by root, in a directory where the user might have put a link.
struct BorrowedIdentity {
    private let formerGroups: [gid_t]
    private let former: (uid: uid_t, gid: gid_t)

    /// Takes them, for all threads.
    ///
    /// - Returns: nil where the program is not root's, or has these rights already.
    init?(uid: uid_t, gid: gid_t) throws(PostmapFailure) {
        guard getuid() == 0, uid != geteuid() || gid != getegid() else { return nil }
        former = (geteuid(), getegid())
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(Int32(groups.count), &groups)
        formerGroups = Array(groups.prefix(Int(max(0, count))))
        var group = gid
        guard setgroups(1, &group) == 0, setegid(gid) == 0, seteuid(uid) == 0 else {
            throw PostmapFailure("become user \(uid), group \(gid): \(String(cString: strerror(errno)))")
        }
    }

    func giveBack() {
        seteuid(former.uid)
        setegid(former.gid)
        var groups = formerGroups
        setgroups(groups.count, &groups)
    }
}
