import Logging
import LookupTables
import NIOCore
import PostfixConfig

/// What follows from one reading of the configuration: the maps, the limits, and who may ask.
public struct LookupService: Sendable {
    let maps: ServedMaps
    let limits: Limits
    let admits: @Sendable (SocketAddress) async -> Bool
    let logger: Logger

    struct Limits: Sendable {
        /// `lookup_service_request_limit`
        var request = 8192
        /// `lookup_service_idle_timeout`
        var idle: Duration = .seconds(3600)
        /// `lookup_service_timeout`
        var exchange: Duration = .seconds(100)
    }

    init(
        maps: ServedMaps, limits: Limits, admits: @escaping @Sendable (SocketAddress) async -> Bool,
        logger: Logger
    ) {
        self.maps = maps
        self.limits = limits
        self.admits = admits
        self.logger = logger
    }

    /// - Parameter admits: whether a client at such an address of the Internet may ask; `mynetworks`.
    public init(
        _ configuration: Configuration, opener: TableOpener, logger: Logger,
        admits: @escaping @Sendable (SocketAddress) async -> Bool
    ) throws(LookupServiceMistake) {
        let limits = Limits(
            request: configuration[.lookupServiceRequestLimit],
            idle: configuration[.lookupServiceIdleTimeout], exchange: configuration[.lookupServiceTimeout])
        self.init(
            maps: try ServedMaps(configuration, opener: opener, logger: logger), limits: limits,
            admits: admits, logger: logger)
    }

    /// Where `lookup_service` wants to be served; nowhere by default.
    public static func listeners(
        _ configuration: Configuration
    ) throws(LookupServiceMistake) -> [LookupListener] {
        var listeners: [LookupListener] = []
        for element in configuration[.lookupService] {
            listeners.append(try LookupListener(element, directory: configuration[.queueDirectory]))
        }
        return listeners
    }

    func answer(_ request: LookupRequest, from listener: LookupListener) async -> LookupReply {
        switch request {
        case .malformed(let words): return .refused(words)
        case .lookup(let map, let key):
            guard let name = map ?? listener.map else {
                return .refused("lookup_service has no map for tcp clients here: add :name to \(listener)")
            }
            guard let list = maps[name] else {
                logger.warning(
                    "lookup of \"\(WireViolation.shown(name.utf8))\": no map of lookup_service_maps has this name"
                )
                return .refused("no map of lookup_service_maps has this name")
            }
            // No address has a zero byte, or bytes that are no text.
            guard !key.contains(0), let key = String(validating: key, as: UTF8.self) else { return .absent }
            do throws(LookupFailure) {
                return try await list.lookup(key).map { .found($0) } ?? .absent
            } catch {
                logger.warning("\(name): \(error)")
                return .temporaryFailure
            }
        }
    }
}
