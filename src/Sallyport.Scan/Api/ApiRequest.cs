using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Api;

/// <summary>Writes the request of an operation from its description and an identity's values.</summary>
internal static class ApiRequest
{
    /// <summary>The request.</summary>
    /// <param name="basePath">The path of the API's root; empty or beginning with a slash.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="values">Whose values come first; <c>null</c> for the description's examples only.</param>
    /// <returns><c>null</c> when a required parameter or body has no value.</returns>
    public static RawHttpRequest? For(string basePath, Operation operation, Identity? values)
    {
        if (PathResolution.Of(operation, values) is not PathResolution.Resolved { Path: var path })
        {
            return null;
        }

        ImmutableArray<HttpHeader> headers =
        [
            .. operation.Parameters.Where(one => one is { In: "header", Required: true, Examples.IsEmpty: false })
                .Select(one => new HttpHeader(one.Name, one.Examples[0])),
        ];
        return new RawHttpRequest { Method = operation.Method, Target = basePath + path, Headers = headers };
    }
}
