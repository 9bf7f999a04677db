namespace Sallyport.Scan.Findings;

/// <summary>A category of the report, with its stable slug and its name.</summary>
/// <param name="Slug">The stable identifier used on the command line and in JSON, such as <c>mutual-tls</c>.</param>
/// <param name="Name">The name a reader sees.</param>
public sealed record Category(string Slug, string Name)
{
    /// <summary>Mutual TLS: requests, enforcement, the certificate matrix, resumption and routing.</summary>
    public static Category MutualTls { get; } = new("mutual-tls", "Mutual TLS");

    /// <summary>Encryption: the hygiene of the channel.</summary>
    public static Category Encryption { get; } = new("encryption", "Encryption");

    /// <inheritdoc/>
    public override string ToString() => Slug;
}
