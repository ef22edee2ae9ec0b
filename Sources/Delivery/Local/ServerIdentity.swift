import Foundation
import Routing

/// Who the server is for the file system.
enum ServerIdentity {
    /// Whether it may act as that user.
    static func canBe(_ uid: UInt32) -> Bool { geteuid() == 0 || geteuid() == uid }

    /// The user's name, for messages.
    static var name: String { LocalUser(uid: geteuid())?.name ?? "uid \(geteuid())" }
}
