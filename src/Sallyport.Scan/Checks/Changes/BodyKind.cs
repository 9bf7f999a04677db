namespace Sallyport.Scan.Checks.Changes;

/// <summary>How the fields of a request are written.</summary>
internal enum BodyKind
{
    /// <summary><c>application/json</c>.</summary>
    Json,

    /// <summary>The same JSON, called <c>text/plain</c>: a page of any site may send that without being asked first.</summary>
    PlainText,

    /// <summary><c>application/x-www-form-urlencoded</c>.</summary>
    Form,

    /// <summary><c>multipart/form-data</c> (RFC 7578).</summary>
    Multipart,

    /// <summary>In the query, without a body.</summary>
    Query,
}
