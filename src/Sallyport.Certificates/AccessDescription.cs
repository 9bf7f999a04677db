namespace Sallyport.Certificates;

/// <summary>One entry of authorityInfoAccess or subjectInfoAccess (RFC 5280, section 4.2.2.1).</summary>
/// <param name="Method">The dotted access method: 1.3.6.1.5.5.7.48.1 for OCSP, 1.3.6.1.5.5.7.48.2 for caIssuers.</param>
/// <param name="Location">Where.</param>
public sealed record AccessDescription(string Method, GeneralName Location);
