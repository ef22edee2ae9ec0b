import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Errors in the words of the system, as Postfix logs them.
enum SystemWords {
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "Connection timed out"
        case let error as NIOConnectionError:
            error.connectionErrors.last.map { of($0.error) }
                ?? "host \(error.host) not found: \((error.dnsAError ?? error.dnsAAAAError).map { "\($0)" } ?? "no address")"
        default: "\(error)"
        }
    }
}
