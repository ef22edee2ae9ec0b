// How large a message and its parts may be: cleanup(8).

extension Parameter<Bool> {
    public static var enableOriginalRecipient: Self {
        Self(
            "enable_original_recipient", default: "yes",
            "Whether the address that a recipient was sent to is kept, for X-Original-To: and for "
                + "telling duplicates.")
    }
}

extension Parameter<Int> {
    public static var messageSizeLimit: Self {
        Self(
            "message_size_limit", default: "10240000",
            "The largest message that is accepted, in bytes; 0 is no limit.")
    }
    public static var queueMinfree: Self {
        Self(
            "queue_minfree", default: "0",
            "How many bytes must be free for the queue; 0: one and a half times message_size_limit.")
    }
    public static var lineLengthLimit: Self {
        Self(
            "line_length_limit", default: "2048", in: 512...Int.max,
            "How many bytes of a line are kept in memory as one piece.")
    }
    public static var headerSizeLimit: Self {
        Self(
            "header_size_limit", default: "102400", in: 1...Int.max,
            "How many bytes of one header field are kept.")
    }
    public static var hopcountLimit: Self {
        Self(
            "hopcount_limit", default: "50", in: 1...Int.max,
            "How many Received: fields a message may have before it is taken to loop.")
    }
    public static var duplicateFilterLimit: Self {
        Self(
            "duplicate_filter_limit", default: "1000", in: 1...Int.max,
            "How many recipients of a message are remembered so that equal ones are delivered once.")
    }
}

extension ParameterCatalogue {
    static let messages: [ParameterDefinition] = [
        Parameter<Int>.messageSizeLimit.definition,
        Parameter<Int>.queueMinfree.definition,
        Parameter<Int>.lineLengthLimit.definition,
        Parameter<Int>.headerSizeLimit.definition,
        Parameter<Int>.hopcountLimit.definition,
        Parameter<Int>.duplicateFilterLimit.definition,
        Parameter<Bool>.enableOriginalRecipient.definition,
    ]
}
