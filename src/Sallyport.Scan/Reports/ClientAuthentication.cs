namespace Sallyport.Scan.Reports;

/// <summary>How the server treats client certificates.</summary>
public enum ClientAuthentication
{
    /// <summary>Could not be decided.</summary>
    Unknown,

    /// <summary>No certificate is asked for.</summary>
    NotRequested,

    /// <summary>One is asked for, and none is served as well.</summary>
    Optional,

    /// <summary>None is refused.</summary>
    Required,
}
