using System.Collections.Immutable;
using System.Text;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>The description of the shop: one for the Kestrel and the Node.</summary>
internal static class ShopSpec
{
    public const string Text =
        """
        openapi: 3.1.0
        info: { title: Shop, version: "1" }
        security: [ { session: [] } ]
        components:
          securitySchemes: { session: { type: apiKey, in: cookie, name: __Host-shop } }
          schemas:
            Note: { type: object, required: [note], properties: { note: { type: string, maxLength: 100 } } }
            Who: { type: object, required: [login], properties: { login: { type: string } } }
            Login: { type: object, required: [login, password], properties: { login: { type: string }, password: { type: string } } }
        paths:
          /me: { get: { responses: { '200': { content: { application/json: {} } } } } }
          /account:
            get: { responses: { '200': { content: { text/html: {} } } } }
            post: { requestBody: { content: { application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/Note' } } } }, responses: { '303': {} } }
          /profile:
            get: { responses: { '200': { content: { application/json: {} } } } }
            put: { requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }, responses: { '200': {} } }
          /logout: { post: { responses: { '204': {} } } }
          /ws: { get: { responses: { '101': {} } } }
          /coupons: { get: { responses: { '200': { content: { application/json: {} } } } } }
          /coupons/{code}: { get: { parameters: [ { name: code, in: path, required: true } ], responses: { '200': { content: { application/json: {} } } } } }
          /coupons/{code}/redeem: { post: { parameters: [ { name: code, in: path, required: true } ], responses: { '200': {} } } }
          /things: { post: { requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }, responses: { '201': {} } } }
          /things/{thing}:
            parameters: [ { name: thing, in: path, required: true } ]
            get: { responses: { '200': { content: { application/json: {} } } } }
            put: { requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }, responses: { '200': {} } }
            delete: { responses: { '204': {} } }
          /things/{thing}/share/{user}:
            parameters: [ { name: thing, in: path, required: true }, { name: user, in: path, required: true } ]
            put: { responses: { '204': {} } }
            delete: { responses: { '204': {} } }
          /list: { get: { parameters: [ { name: limit, in: query, schema: { type: integer } } ], responses: { '200': { content: { application/json: {} } } } } }
          /register: { post: { security: [], requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Login' } } } }, responses: { '202': {} } } }
          /reset: { post: { security: [], requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Who' } } } }, responses: { '202': {} } } }
          /reset/confirm:
            post:
              security: []
              requestBody: { content: { application/json: { schema: { type: object, required: [token, password], properties: { token: { type: string }, password: { type: string } } } } } }
              responses: { '204': {} }
        """;

    public static ImmutableArray<Operation> Operations { get; } =
        ApiDescriptionReader.Read(Encoding.UTF8.GetBytes(Text), "shop", null).ShouldBeOfType<ApiDescriptionAnswer.Read>().Description.Operations;
}
