namespace Sallyport.Tls.Hello;

/// <summary>Whether a server speaks a version.</summary>
public enum VersionSupport
{
    /// <summary>No clear answer: see the reason.</summary>
    Unknown,

    /// <summary>The server refused every hello of that version.</summary>
    Refused,

    /// <summary>At least one hello was answered in that version.</summary>
    Accepted,
}
