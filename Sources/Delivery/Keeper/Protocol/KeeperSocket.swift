import CFileIdentity
import Foundation

/// One end of the connection between server and keeper: packets with a number, and perhaps an open file.
///
/// The socket keeps packets apart (SOCK_SEQPACKET): one packet is one request, whole.
final class KeeperSocket: Sendable {
    /// More than any request of ours: a list of recipients for pipe(8) is the longest.
    static let packetLimit = 96 * 1024

    struct Packet {
        let number: UInt32
        var reader: FrameReader
        /// Belongs to whoever has the packet.
        let descriptor: CInt?
    }

    private let descriptor: CInt

    /// - Parameter descriptor: closed at the end.
    init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Two ends that no program inherits; nil with `errno`.
    static func pair() -> (CInt, CInt)? {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        return socketpair(AF_UNIX, type, 0, &ends) == 0 ? (ends[0], ends[1]) : nil
    }

    /// Sends one packet, whole or not at all. Blocks while the other end has too much to read.
    ///
    /// - Parameter attached: stays the caller's.
    /// - Returns: 0, or the `errno`: EMSGSIZE for one that is too long.
    func send(_ number: UInt32, _ value: some FrameCodable, attached: CInt? = nil) -> CInt {
        var writer = FrameWriter()
        writer.put(number)
        writer.put(value)
        guard writer.bytes.count <= Self.packetLimit else { return EMSGSIZE }
        while true {
            let sent = martlet_send(descriptor, writer.bytes, writer.bytes.count, attached ?? -1)
            if sent >= 0 { return 0 }
            if errno != EINTR { return errno }
        }
    }

    /// Waits for a packet.
    ///
    /// - Returns: nil when the other end is gone.
    func receive() throws(FrameError) -> Packet? {
        var attached: CInt = -1
        while true {
            var code: CInt = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: Self.packetLimit) { space, count in
                let got = martlet_receive(descriptor, space.baseAddress, space.count, &attached)
                code = got < 0 ? errno : 0
                count = max(0, got)
            }
            if code == EINTR { continue }
            if code == EMSGSIZE { throw FrameError(description: "a packet that is too long") }
            if bytes.isEmpty { return nil }
            var reader = FrameReader(bytes)
            do throws(FrameError) {
                let number = try reader.number()
                return Packet(number: number, reader: reader, descriptor: attached >= 0 ? attached : nil)
            } catch {
                if attached >= 0 { close(attached) }
                throw error
            }
        }
    }

    /// Ends the connection for both directions: who waits for a packet gets none.
    func hangUp() { shutdown(descriptor, CInt(SHUT_RDWR)) }
}
