// Reports to senders and postmasters: bounce(8).

extension Parameter<String> {
    public static var doubleBounceSender: Self {
        Self(
            "double_bounce_sender", default: "double-bounce", notEmpty: true,
            "The local part of the sender of reports that must not bounce themselves.")
    }
    public static var emptyAddressRecipient: Self {
        Self(
            "empty_address_recipient", default: "MAILER-DAEMON", notEmpty: true,
            "The name that stands for the empty sender address in what it is told.")
    }
}

extension Parameter<Int> {
    public static var bounceSizeLimit: Self {
        Self(
            "bounce_size_limit", default: "50000", in: 1...Int.max,
            "How much of a message goes back in a report, in bytes.")
    }
}

extension Parameter<Duration> {
    public static var delayWarningTime: Self {
        Self(
            "delay_warning_time", default: "0h",
            "After how long a sender is told that a message still waits; 0: not at all.")
    }
}

extension Parameter<[String]> {
    public static var notifyClasses: Self {
        Self(
            "notify_classes", default: "resource, software",
            "The kinds of trouble that the postmaster is told of.")
    }
}

extension ParameterCatalogue {
    static let bounces: [ParameterDefinition] = [
        Parameter<Duration>.delayWarningTime.definition,
        Parameter<[String]>.notifyClasses.definition,
        Parameter<String>.doubleBounceSender.definition,
        Parameter<String>.emptyAddressRecipient.definition,
        Parameter<Int>.bounceSizeLimit.definition,
    ]
}
