// swift-tools-version:6.1
import PackageDescription

// The rooms of the house, floor by floor; imports only ever go down.
// Documentation/architecture.md has the picture.

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // Ground floor
        .target(name: "MailFormat"),
        .target(name: "PostfixConfig"),

        // First floor
        .target(
            name: "SMTPWire", dependencies: ["MailFormat", .product(name: "NIOCore", package: "swift-nio")]),
        .systemLibrary(name: "CPageCache"),
        .systemLibrary(name: "CBerkeleyDB", providers: [.apt(["libdb-dev"])]),
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .target(
            name: "LookupTables",
            dependencies: [
                "MailFormat", "PostfixConfig", "CPageCache", "CBerkeleyDB", "CLMDB", "CPCRE2", logging,
                metrics,
                collections,
            ]),
        .systemLibrary(name: "CUnbound", providers: [.apt(["libunbound-dev"])]),
        .target(name: "NameService", dependencies: ["MailFormat", "CUnbound"]),
        .target(name: "MailQueue", dependencies: ["MailFormat", grdb, logging, collections] + nio),

        // Second floor
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLDAP", pkgConfig: "ldap", providers: [.apt(["libldap-dev"])]),
        // libmongoc itself is loaded where it is needed.
        .systemLibrary(name: "CMongoC", pkgConfig: "libbson-1.0", providers: [.apt(["libmongoc-dev"])]),
        .target(name: "MySQLTable", dependencies: ["LookupTables", "CMariaDB", logging]),
        .target(name: "PostgreSQLTable", dependencies: ["LookupTables", "CPostgreSQL", logging]),
        .target(name: "SQLiteTable", dependencies: ["LookupTables", grdb, logging]),
        .target(name: "LDAPTable", dependencies: ["LookupTables", "CLDAP", logging, collections]),
        .target(name: "MongoDBTable", dependencies: ["LookupTables", "CMongoC", logging]),
        .target(
            name: "NetworkTables",
            dependencies: ["LookupTables", "PostfixConfig", logging, lifecycle, collections] + nio),
        .target(name: "Routing", dependencies: ["MailFormat", "PostfixConfig", "LookupTables", logging]),

        // Third floor
        .systemLibrary(name: "CFileIdentity"),
        .target(
            name: "Delivery",
            dependencies: [
                "CFileIdentity", "MailFormat", "SMTPWire", "PostfixConfig", "LookupTables", "Routing",
                "MailQueue", logging, lifecycle,
                collections, grdb,
            ] + nio),
        .target(
            name: "Reception",
            dependencies: [
                "MailFormat", "SMTPWire", "PostfixConfig", "LookupTables", "Routing", "MailQueue", logging,
                lifecycle,
            ] + nio),
        .target(
            name: "Diagnosis",
            dependencies: [
                "MailFormat", "PostfixConfig", "NameService", "LookupTables", "Routing", logging,
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),

        // The commands
        .executableTarget(
            name: "martlet",
            dependencies: [
                "MailFormat", "PostfixConfig", "LookupTables",
                "MySQLTable", "PostgreSQLTable", "SQLiteTable", "LDAPTable", "MongoDBTable",
                "NetworkTables",
                "Routing", "MailQueue", "Delivery", "Reception", "NameService", "Diagnosis", logging,
                lifecycle, grdb,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ] + nio),

        // Real servers as private instances, for the tests that need one.
        .target(name: "Peers", dependencies: ["CMongoC", logging] + nio, path: "Tests/Peers"),

        // Speed beside Postfix: Documentation/benchmarks.md.
        .executableTarget(name: "mail-benchmark", dependencies: ["Peers"], path: "Benchmarks/MailBenchmark"),

        // The queue and LMTP alone: Documentation/queue.md.
        .executableTarget(
            name: "queue-benchmark", dependencies: ["Delivery", "MailQueue", logging, lifecycle] + nio,
            path: "Benchmarks/QueueBenchmark"),

        .testTarget(name: "MailFormatTests", dependencies: ["MailFormat", "Peers"]),
        .testTarget(name: "PostfixConfigTests", dependencies: ["PostfixConfig", "Peers"]),
        .testTarget(
            name: "SMTPWireTests",
            dependencies: ["SMTPWire", "Peers", .product(name: "NIOEmbedded", package: "swift-nio")]),
        .testTarget(
            name: "LookupTablesTests",
            dependencies: [
                "LookupTables", "Peers", logging, metrics,
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ]),
        .testTarget(name: "MySQLTableTests", dependencies: ["MySQLTable", "Peers", logging]),
        .testTarget(name: "PostgreSQLTableTests", dependencies: ["PostgreSQLTable", "Peers", logging]),
        .testTarget(name: "SQLiteTableTests", dependencies: ["SQLiteTable", "Peers", grdb, logging]),
        .testTarget(
            name: "NetworkTablesTests",
            dependencies: ["NetworkTables", "LookupTables", "PostfixConfig", "Peers", logging, lifecycle]
                + nio),
        .testTarget(name: "LDAPTableTests", dependencies: ["LDAPTable", "Peers", "CLDAP", logging]),
        .testTarget(name: "MongoDBTableTests", dependencies: ["MongoDBTable", "Peers", logging]),
        .testTarget(name: "NameServiceTests", dependencies: ["NameService", "Peers"]),
        .testTarget(name: "RoutingTests", dependencies: ["Routing", "Peers"]),
        .testTarget(name: "MailQueueTests", dependencies: ["MailQueue", "Peers", grdb]),
        .testTarget(name: "DeliveryTests", dependencies: ["Delivery", "Peers"]),
        .testTarget(name: "ReceptionTests", dependencies: ["Reception", "Peers"]),
        .testTarget(
            name: "DiagnosisTests",
            dependencies: [
                "Diagnosis", "LookupTables", "MySQLTable", "PostgreSQLTable", "SQLiteTable", "PostfixConfig",
                "Routing", "Peers", logging,
            ]),
        .testTarget(
            name: "ParityTests",
            dependencies: [
                "Routing", "PostfixConfig", "LookupTables", "MySQLTable", "PostgreSQLTable", "SQLiteTable",
                "LDAPTable", "Reception", "Peers", grdb, logging,
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "martlet", "LookupTables", "MySQLTable", "PostfixConfig", "SQLiteTable", "Peers", grdb,
            ]),
    ],
    swiftLanguageModes: [.v6]
)
