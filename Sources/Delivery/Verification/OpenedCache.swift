import Logging
import NIOPosix
import Routing
import Synchronization

/// A cache that is opened when it is first needed: a server that never probes makes no file.
///
/// Where the file cannot be used, memory serves until the next start: mail must not wait for a cache.
final class OpenedCache: Sendable {
    let name: String
    private let place: VerificationPlace
    private let logger: Logger
    private let cache = Mutex<VerificationCache?>(nil)

    init(_ place: VerificationPlace, logger: Logger) {
        self.place = place
        self.logger = logger
        name =
            switch place {
            case .memory: "address_verify_map (in memory)"
            case .file(let path): path
            }
    }

    var openedAlready: VerificationCache? { cache.withLock { $0 } }

    func opened() async throws -> VerificationCache {
        if let openedAlready { return openedAlready }
        return try await NIOThreadPool.singleton.runIfActive { try self.open() }
    }

    private func open() throws -> VerificationCache {
        try cache.withLock { cache in
            if let cache { return cache }
            let opened: VerificationCache
            do {
                opened = try VerificationCache(place)
            } catch {
                logger.warning(
                    "address_verify_map: \(name) cannot be used (\(error)); probe results are kept in memory alone until the next start"
                )
                opened = try VerificationCache(.memory)
            }
            cache = opened
            return opened
        }
    }

    func close() {
        cache.withLock { cache in
            cache?.close()
            cache = nil
        }
    }
}
