namespace OrdersApi.App;

/// <summary>The description of the API, as it is served.</summary>
internal static class OpenApiDocument
{
    public const string Text =
        """
        {
          "openapi": "3.1.0",
          "info": { "title": "Orders", "version": "1.0.0", "description": "The sample API of Sallyport." },
          "security": [ { "clientCertificate": [] } ],
          "paths": {
            "/health": { "get": { "operationId": "health", "security": [], "responses": { "200": { "description": "alive" } } } },
            "/openapi.json": { "get": { "operationId": "description", "security": [], "responses": { "200": { "description": "this" } } } },
            "/whoami": { "get": { "operationId": "whoami", "responses": { "200": { "description": "the caller" } } } },
            "/profiles/{name}": { "get": {
              "operationId": "profile",
              "parameters": [ { "name": "name", "in": "path", "required": true, "schema": { "type": "string" }, "example": "alice" } ],
              "responses": { "200": { "description": "a profile", "content": { "application/json": { "schema": {
                "$ref": "#/components/schemas/Profile" } } } } } } },
            "/orders": {
              "get": { "operationId": "orders", "responses": { "200": { "description": "the caller's orders", "content": {
                "application/json": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Order" } } } } } } },
              "post": { "operationId": "order",
                "requestBody": { "required": true, "content": { "application/json": { "schema": {
                  "type": "object", "required": [ "item" ], "properties": { "item": { "type": "string", "maxLength": 200 } } } } } },
                "responses": { "201": { "description": "ordered" } } } },
            "/orders/{orderId}": { "get": {
              "operationId": "orderById",
              "parameters": [ { "$ref": "#/components/parameters/OrderId" } ],
              "responses": { "200": { "description": "an order", "content": { "application/json": { "schema": {
                "$ref": "#/components/schemas/Order" } } } } } } },
            "/orders/{orderId}/invoice": { "get": {
              "operationId": "invoice",
              "parameters": [ { "$ref": "#/components/parameters/OrderId" } ],
              "responses": { "200": { "description": "an invoice" } } } },
            "/admin/accounts": { "get": { "operationId": "accounts", "x-role": "admin", "responses": { "200": { "description": "all accounts" } } } }
          },
          "components": {
            "securitySchemes": { "clientCertificate": { "type": "mutualTLS", "description": "a certificate of the Orders Client CA" } },
            "parameters": { "OrderId": { "name": "orderId", "in": "path", "required": true, "schema": { "type": "integer" }, "example": 17 } },
            "schemas": {
              "Profile": { "type": "object", "properties": {
                "name": { "type": "string" }, "email": { "type": "string" }, "note": { "type": "string" } } },
              "Order": { "type": "object", "properties": {
                "id": { "type": "integer" }, "owner": { "type": "string" }, "item": { "type": "string" }, "note": { "type": "string" } } }
            }
          }
        }
        """;
}
