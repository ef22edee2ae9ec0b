import Glibc
import LookupTables

/// Tries whether somebody listens: connects, and hangs up.
struct ConnectionTrial: Sendable {
    let place: ServerPlace
    var timeLimit: Duration = .seconds(5)

    /// Why there is no connection, in the system's words.
    struct Failure: Error, CustomStringConvertible {
        let number: Int32?
        let description: String

        init(_ number: Int32) {
            self.number = number
            description = String(cString: strerror(number))
        }

        init(_ words: String) {
            number = nil
            description = words
        }
    }

    /// - Returns: nil where somebody listens.
    func failure() async -> Failure? {
        await withCheckedContinuation { continuation in
            let started = OwnThread.start { continuation.resume(returning: attempt()) }
            if !started {
                continuation.resume(returning: Failure("the system has no thread for another try"))
            }
        }
    }

    private func attempt() -> Failure? {
        switch place {
        case .unix(let path): connectUnix(path)
        case .inet(let host, let port): connectInternet(host, port)
        }
    }

    private func connectUnix(_ path: String) -> Failure? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return Failure(ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(AF_UNIX, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// One of the host's addresses is enough.
    private func connectInternet(_ host: String, _ port: String) -> Failure? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, port, &hints, &list)
        guard result == 0 else { return Failure(String(cString: gai_strerror(result))) }
        defer { freeaddrinfo(list) }
        var failure = Failure("no address")
        var next = list
        while let info = next?.pointee {
            guard let found = connect(info.ai_family, info.ai_addr, info.ai_addrlen) else { return nil }
            failure = found
            next = info.ai_next
        }
        return failure
    }

    private func connect(
        _ family: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
    ) -> Failure? {
        let file = socket(
            family,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return Failure(errno) }
        defer { close(file) }
        guard Glibc.connect(file, address, length) != 0 else { return nil }
        // A UNIX socket whose queue is full has somebody who listens, if slowly.
        if family == AF_UNIX, errno == EAGAIN { return nil }
        guard errno == EINPROGRESS else { return Failure(errno) }
        var waiting = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        let milliseconds = Int32(clamping: timeLimit.components.seconds * 1000)
        let count = poll(&waiting, 1, milliseconds)
        guard count != 0 else { return Failure(ETIMEDOUT) }
        guard count > 0 else { return Failure(errno) }
        var result: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(file, SOL_SOCKET, SO_ERROR, &result, &size) == 0 else { return Failure(errno) }
        return result == 0 ? nil : Failure(result)
    }
}
