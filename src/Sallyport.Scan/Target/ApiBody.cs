using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>The body of an operation's request.</summary>
/// <param name="MediaType">The media type, JSON first when there are several; without parameters, in lower case.</param>
/// <param name="Required">Whether it must be sent.</param>
/// <param name="Schema">What it holds; of a form, an object with the fields. <c>null</c> when the description says nothing.</param>
/// <param name="Examples">Whole bodies from the description, as JSON (a text body as a JSON text); empty when there are none.</param>
public sealed record ApiBody(string MediaType, bool Required, ApiSchema? Schema, ImmutableArray<string> Examples)
{
    /// <summary>The other media types that the description allows; empty when there are none.</summary>
    public ImmutableArray<string> OtherMediaTypes { get; init; } = [];

    /// <summary>Whether the body is JSON (RFC 8259, or a type that ends in <c>+json</c>: RFC 6839, section 3.1).</summary>
    public bool IsJson => MediaTypes.IsJson(MediaType);

    /// <summary>Whether the body is a form: <c>application/x-www-form-urlencoded</c> or <c>multipart/form-data</c>.</summary>
    public bool IsForm => MediaType is "application/x-www-form-urlencoded" or "multipart/form-data";
}
