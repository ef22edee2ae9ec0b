import Foundation

/// Why the server does not start, for the operator, and the exit code of sysexits.h that goes with it.
struct ServeFailure: Error, CustomStringConvertible {
    let description: String
    let exitCode: Int32

    init(_ description: String, exitCode: Int32 = EX_OSERR) {
        self.description = description
        self.exitCode = exitCode
    }
}
