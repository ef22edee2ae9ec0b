extension Finding {
    /// What to type as the cure, and where.
    public struct Command: Hashable, Sendable {
        public enum Place: Hashable, Sendable {
            /// A shell of this machine.
            case shell
            /// The database behind a map, by the map's `type:name`.
            case database(map: String)
        }

        public let place: Place
        /// One line.
        public let text: String

        public init(_ text: String, in place: Place = .shell) {
            self.place = place
            self.text = text
        }
    }
}
