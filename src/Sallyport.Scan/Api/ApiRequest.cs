using System.Collections.Immutable;
using System.Linq;
using System.Text;
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

        var headers = ImmutableArray.CreateBuilder<HttpHeader>();
        foreach (ApiParameter parameter in operation.Parameters.Where(one => one is { In: "header", Required: true }))
        {
            // A description comes from outside: what would break the line, or is no byte, is not sent.
            if (SampleValue.TextFor(parameter, values) is not { } value || !value.All(c => c is >= ' ' and <= '~'))
            {
                return null;
            }

            headers.Add(new(parameter.Name, value));
        }

        SampleBody? body = operation.Method is "GET" or "HEAD" ? null : SampleBodies.For(operation, values);
        if (body is null)
        {
            return operation.Body is { Required: true } ? null : new RawHttpRequest { Method = operation.Method, Target = basePath + path, Headers = headers.ToImmutable() };
        }

        headers.Add(new("Content-Type", body.ContentType));
        return new RawHttpRequest { Method = operation.Method, Target = basePath + path, Headers = headers.ToImmutable(), Body = Encoding.UTF8.GetBytes(body.Text) };
    }
}
