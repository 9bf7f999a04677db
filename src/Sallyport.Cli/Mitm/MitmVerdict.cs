using System.Globalization;

namespace Sallyport.Cli.Mitm;

/// <summary>What a client did with a server.</summary>
internal abstract record MitmVerdict
{
    private MitmVerdict()
    {
    }

    /// <summary>In a word, for tables and JSON.</summary>
    public abstract string Word { get; }

    /// <summary>How, in words.</summary>
    public abstract string Detail { get; }

    /// <summary>It sent application data: whatever it protects would have gone to the wrong server.</summary>
    /// <param name="Program">What it calls itself; empty when it did not say.</param>
    internal sealed record WentOn(string Program) : MitmVerdict
    {
        public override string Word => "went on";

        public override string Detail => Program.Length == 0 ? "sent application data" : $"sent application data ({Program})";
    }

    /// <summary>It ended the connection before it sent anything.</summary>
    /// <param name="Alert">The number of the TLS alert; <c>null</c> for a close without one.</param>
    /// <param name="AfterHandshake">Whether the handshake had ended.</param>
    internal sealed record Refused(int? Alert, bool AfterHandshake) : MitmVerdict
    {
        public override string Word => "refused";

        public override string Detail =>
            (Alert is int number ? string.Create(CultureInfo.InvariantCulture, $"alert {number} {Name(number)}") : "closed")
            + (AfterHandshake ? " after the handshake, nothing sent" : " in the handshake");

        // RFC 8446, section 6, and RFC 5246, section 7.2: what clients answer to a certificate.
        private static string Name(int alert) => alert switch
        {
            0 => "close_notify",
            40 => "handshake_failure",
            42 => "bad_certificate",
            43 => "unsupported_certificate",
            44 => "certificate_revoked",
            45 => "certificate_expired",
            46 => "certificate_unknown",
            47 => "illegal_parameter",
            48 => "unknown_ca",
            51 => "decrypt_error",
            70 => "protocol_version",
            71 => "insufficient_security",
            80 => "internal_error",
            90 => "user_canceled",
            113 => "bad_certificate_status_response",
            _ => "",
        };
    }

    /// <summary>It neither sent anything nor left: nothing can be said.</summary>
    /// <param name="Why">What was seen.</param>
    internal sealed record Undecided(string Why) : MitmVerdict
    {
        public override string Word => "undecided";

        public override string Detail => Why;
    }
}
