using System.Text;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Specification;

/// <summary>Gives the small API of <see cref="ApiServer"/> a description.</summary>
internal static class DescribedLab
{
    /// <summary>True of the usual answers of <see cref="ApiServer"/>.</summary>
    public const string True = """
        openapi: 3.1.0
        security: [ { mtls: [] } ]
        components: { securitySchemes: { mtls: { type: mutualTLS } } }
        paths:
          /profiles/{name}:
            get:
              parameters: [ { name: name, in: path, required: true, schema: { type: string, maxLength: 20 } } ]
              responses:
                200: { content: { application/json: { schema: { type: object, required: [name, mail], properties: { name: { type: string }, mail: { type: string } } } } } }
                4XX: {}
          /admin/accounts: { get: { responses: { 200: { content: { application/json: { schema: { type: object } } } }, 403: {} } } }
        """;

    /// <summary>The request with the operations of a description instead of its own.</summary>
    public static ScanRequest Described(this ScanRequest request, string text)
    {
        ApiDescription description = ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(text), "spec", request.Target).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description;
        return OperationMerge.WithDescription(request with { Operations = [] }, description);
    }

    /// <summary>Runs a check on a server with a description.</summary>
    public static Task<ScanReport> RunAsync(Check check, ApiServer server, string description) => CheckLab.RunAsync(check, server.Request().Described(description));
}
