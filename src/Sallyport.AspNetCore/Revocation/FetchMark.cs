using System;
using System.Net.Http.Headers;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>What a server said about the version that was fetched, for a conditional request (RFC 9110, section 13).</summary>
/// <param name="EntityTag">The ETag, or null.</param>
/// <param name="LastModified">The Last-Modified date, or null.</param>
internal sealed record FetchMark(EntityTagHeaderValue? EntityTag, DateTimeOffset? LastModified);
