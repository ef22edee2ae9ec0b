import Foundation
import NIOPosix
import Routing

/// Reads included lists and .forward files: with the rights that the server has, and where these do not suffice and
/// there is a keeper, with the user's own.
public struct SystemFiles: LocalFiles {
    /// More than any list of addresses needs.
    static let sizeLimit = 16 << 20
    private let threads: NIOThreadPool
    private let keeper: DeliveryKeeper?
    private let service: String

    public init(
        threads: NIOThreadPool = .singleton, keeper: DeliveryKeeper? = nil, service: String = "local"
    ) {
        self.threads = threads
        self.keeper = keeper
        self.service = service
    }

    public func forwardFile(_ path: String, of user: LocalUser) async -> LocalFile {
        if let keeper {
            return await read(path, isUsers: true) {
                await keeper.open(.forwardFile(path: path, user: user.name), service: service)
            }
        }
        return await read(path, isUsers: true, nil)
    }

    public func list(_ path: String, for authority: LocalAuthority) async -> LocalFile {
        guard let keeper else { return await read(path, isUsers: false, nil) }
        // The operator's lists are for the server to read.
        if authority.user == nil {
            let found = await read(path, isUsers: false, nil)
            guard case .unreadable = found else { return found }
        }
        return await read(path, isUsers: authority.user != nil) {
            await keeper.open(.list(path: path, KeptAuthority(authority)), service: service)
        }
    }

    private func read(
        _ path: String, isUsers: Bool, _ open: (@Sendable () async -> OpenedFile)?
    ) async -> LocalFile {
        let opened = await open?()
        do {
            return try await threads.runIfActive {
                switch opened ?? .own(path, isUsers: isUsers) {
                case .file(let file): file.read()
                case .not(let reason): reason
                }
            }
        } catch {
            return .unreadable("the server is stopping")
        }
    }
}

/// A list of addresses that is open to be read, or why not.
enum OpenedFile: Sendable {
    case file(ListFile)
    case not(LocalFile)

    /// With the rights of this thread.
    ///
    /// - Parameter isUsers: a user's link could lead to what the thread may read and the user may not.
    static func own(_ path: String, isUsers: Bool) -> OpenedFile {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (isUsers ? O_NOFOLLOW : 0))
        guard descriptor >= 0 else { return .not(unopened(path, errno, isUsers: isUsers)) }
        let file = ListFile(descriptor)
        if let reason = file.objection(path, isUsers: isUsers) { return .not(reason) }
        return .file(file)
    }

    private static func unopened(_ path: String, _ code: CInt, isUsers: Bool) -> LocalFile {
        switch code {
        case ENOENT, ENOTDIR: return .missing
        case ELOOP where isUsers: return .unsafe("file \(path) is not a regular file")
        case EACCES where isUsers && geteuid() == getuid():
            return .unreadable(
                "\(SystemError.words(code)): the server has no rights but those of \(ServerIdentity.name); let root start it, "
                    + "let it in (chmod o+x the home directory, o+r the file), or set forward_path to nothing"
            )
        default: return .unreadable(SystemError.words(code))
        }
    }
}

/// A file of addresses, open.
final class ListFile: Sendable {
    let descriptor: CInt

    /// - Parameter descriptor: closed at the end.
    init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    private var status: stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    var owner: UInt32? { status?.st_uid }

    /// Why nothing in it counts.
    func objection(_ path: String, isUsers: Bool) -> LocalFile? {
        guard let status else { return .unreadable(SystemError.words(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .unsafe("file \(path) is not a regular file")
        }
        guard status.st_mode & S_IWOTH == 0 else { return .unsafe("file \(path) is world writable") }
        if isUsers, status.st_uid == 0, status.st_mode & S_IROTH == 0 {
            return .unsafe("file \(path) belongs to root and is not for everybody to read")
        }
        return nil
    }

    func read() -> LocalFile {
        guard let status else { return .unreadable(SystemError.words(errno)) }
        guard status.st_size <= SystemFiles.sizeLimit else {
            return .unreadable("the file has more than \(SystemFiles.sizeLimit) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let (offset, descriptor) = (count, descriptor)
            let got = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset, off_t(offset))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return .unreadable(SystemError.words(errno)) }
            if got == 0 { break }
            count += got
        }
        return .content(String(decoding: bytes[..<count], as: UTF8.self), owner: status.st_uid)
    }
}

enum SystemError {
    static func words(_ code: CInt) -> String { String(cString: strerror(code)) }
}
