// Who this machine is: postconf(5).

extension Parameter<String> {
    public static var myhostname: Self {
        Self(
            "myhostname", computed: .hostName,
            "The full name of this mail server; by default the machine's host name.")
    }
    public static var mydomain: Self {
        Self(
            "mydomain", computed: .domain,
            "The domain of this mail server; by default myhostname without its first label.")
    }
    public static var myorigin: Self {
        Self("myorigin", default: "$myhostname", "The domain that is given to addresses which have none.")
    }
    public static var mailName: Self {
        Self(
            "mail_name", default: "Postfix",
            "What the mail system calls itself in greetings and Received: fields.")
    }
    public static var mynetworksStyle: Self {
        Self(
            "mynetworks_style", default: "${{$compatibility_level} <level {2} ? {subnet} : {host}}",
            oneOf: ["host", "subnet", "class"],
            "Which clients the default of mynetworks holds: this machine, its subnets, or its address "
                + "classes.")
    }
    public static var recipientDelimiter: Self {
        Self(
            "recipient_delimiter", default: "",
            "The characters that split a local part into user and extension; the first that occurs does.")
    }
    public static var compatibilityLevel: Self {
        Self(
            "compatibility_level", default: "0", notEmpty: true,
            "Which Postfix's defaults apply where they have changed over time, such as 3.6.")
    }
}

extension Parameter<[String]> {
    public static var mydestination: Self {
        Self(
            "mydestination", default: "$myhostname, localhost.$mydomain, localhost", remembersAnswers: true,
            "The domains whose mail is delivered to users of this machine (the local class).")
    }
    public static var mynetworks: Self {
        Self(
            "mynetworks", computed: .networks,
            "The networks whose clients may send mail to anywhere; by default what mynetworks_style says.")
    }
    public static var inetInterfaces: Self {
        Self(
            "inet_interfaces", default: "all",
            "The addresses that mail is received on: all, loopback-only, or host names and addresses.")
    }
    public static var inetProtocols: Self {
        Self("inet_protocols", default: "all", "The Internet protocols that are used: all, ipv4, ipv6.")
    }
    public static var proxyInterfaces: Self {
        Self(
            "proxy_interfaces", default: "",
            "Addresses at which mail reaches this machine through a proxy or address translation.")
    }
}

extension ParameterCatalogue {
    static let identity: [ParameterDefinition] = [
        Parameter<String>.myhostname.definition,
        Parameter<String>.mydomain.definition,
        Parameter<String>.myorigin.definition,
        Parameter<String>.mailName.definition,
        Parameter<[String]>.mydestination.definition,
        Parameter<[String]>.mynetworks.definition,
        Parameter<String>.mynetworksStyle.definition,
        Parameter<[String]>.inetInterfaces.definition,
        Parameter<[String]>.inetProtocols.definition,
        Parameter<[String]>.proxyInterfaces.definition,
        Parameter<String>.recipientDelimiter.definition,
        Parameter<String>.compatibilityLevel.definition,
    ]
}
