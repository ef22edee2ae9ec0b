// How lookup tables are asked: DATABASE_README.

extension Parameter<Int> {
    public static var lookupConnectionLimit: Self {
        Self(
            "lookup_connection_limit", default: "4", in: 1...1000,
            "Martlet's own: how many connections to one database all tables together may have.")
    }
}

extension ParameterCatalogue {
    static let tables: [ParameterDefinition] = [
        Parameter<Int>.lookupConnectionLimit.definition
    ]
}
