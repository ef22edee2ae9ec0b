import Glibc

/// A user of this machine with its groups, such as `mail_owner`, whose rights a server has that root started.
public struct Account: Sendable {
    public let name: String
    public let uid: uid_t
    public let gid: gid_t
    private let groups: Set<gid_t>

    /// Nil where there is no such user.
    public init?(name: String) {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16_384)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        self.name = name
        uid = entry.pw_uid
        gid = entry.pw_gid
        var count = Int32(256)
        var list = [gid_t](repeating: 0, count: Int(count))
        groups = getgrouplist(name, entry.pw_gid, &list, &count) >= 0 ? Set(list.prefix(Int(count))) : [gid]
    }

    /// What a program wants of a file.
    public struct Access: OptionSet, Sendable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let search = Access(rawValue: 1)
        public static let write = Access(rawValue: 2)
        public static let read = Access(rawValue: 4)
    }

    /// Whether the permission bits let the user in. Root is always let in.
    public func may(_ access: Access, _ file: FileStatus) -> Bool {
        if uid == 0 { return true }
        let bits =
            file.owner == uid ? file.mode >> 6 : groups.contains(file.group) ? file.mode >> 3 : file.mode
        return bits & access.rawValue == access.rawValue
    }

    /// What keeps the user from a file: the file itself, or the first directory on the way that cannot be searched.
    ///
    /// - Returns: nil where nothing does, or where the way cannot be looked at.
    public func obstacle(to access: Access, _ path: String) -> (path: String, status: FileStatus)? {
        var directory = ""
        for part in path.split(separator: "/").dropLast() {
            directory += "/\(part)"
            guard let status = try? FileStatus(path: directory) else { return nil }
            if !may(.search, status) { return (directory, status) }
        }
        guard let status = try? FileStatus(path: path), !may(access, status) else { return nil }
        return (path, status)
    }

    /// The name of the user's own group, or its number.
    public var groupName: String { Self.groupName(gid) }

    public static func userName(_ uid: uid_t) -> String {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16_384)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            return "\(uid)"
        }
        return String(cString: entry.pw_name)
    }

    public static func groupName(_ gid: gid_t) -> String {
        var entry = group()
        var buffer = [CChar](repeating: 0, count: 65_536)
        var found: UnsafeMutablePointer<group>?
        guard getgrgid_r(gid, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            return "\(gid)"
        }
        return String(cString: entry.gr_name)
    }
}

extension FileStatus {
    /// `0640 root:postfix`, as `stat -c '%a %U:%G'` has it.
    var rights: String { "\(modeText) \(Account.userName(owner)):\(Account.groupName(group))" }
}
