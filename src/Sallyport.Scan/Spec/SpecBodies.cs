using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Reads the bodies of requests and answers, of OpenAPI 2.0 and 3.</summary>
/// <param name="document">The description.</param>
/// <param name="schemas">Reads the schemas.</param>
internal sealed class SpecBodies(SpecDocument document, SchemaReader schemas)
{
    private const int MostExamples = 5;
    private const int LongestExample = 64 * 1024;
    private const int MostResponses = 40;
    private const int MostMediaTypes = 10;
    private int _room = 8 * 1024 * 1024;

    /// <summary>The body of an operation's request; <c>null</c> when none is described.</summary>
    /// <param name="item">The path.</param>
    /// <param name="operation">The operation.</param>
    public ApiBody? Body(SpecNode item, SpecNode operation)
    {
        if (document.Member(operation, "requestBody") is { Element.ValueKind: JsonValueKind.Object } body)
        {
            ImmutableArray<(string Name, SpecNode Media)> kinds = [.. Content(body).OrderBy(kind => Rank(kind.Name))];
            return kinds.IsEmpty ? null : new(kinds[0].Name, Json.Flag(body.Element, "required"), schemas.Of(kinds[0].Media, "schema"), Examples(kinds[0].Media))
            {
                OtherMediaTypes = [.. kinds.Skip(1).Select(kind => kind.Name)],
            };
        }

        return OldBody(item, operation);
    }

    /// <summary>The answers of an operation, in the order of the description.</summary>
    /// <param name="operation">The operation.</param>
    public ImmutableArray<ApiResponse> Responses(SpecNode operation)
    {
        var responses = ImmutableArray.CreateBuilder<ApiResponse>();
        foreach ((string name, SpecNode response) in document.Members(operation, "responses").Take(MostResponses))
        {
            string status = name.Equals("default", StringComparison.OrdinalIgnoreCase) ? "default" : name.ToUpperInvariant();
            if (status != "default" && (status.Length != 3 || !char.IsAsciiDigit(status[0])))
            {
                continue;
            }

            ImmutableArray<string> headers = [.. document.Members(response, "headers").Select(header => header.Name).Where(SpecText.IsToken).Take(100)];
            ImmutableArray<(string Name, SpecNode Media)> kinds = [.. Content(response)];
            if (kinds.IsEmpty && schemas.Of(response, "schema") is { } old)
            {
                responses.AddRange(Kinds(operation, "produces").Take(MostMediaTypes).Select(kind => new ApiResponse(status, kind, old, headers)));
            }
            else if (kinds.IsEmpty)
            {
                responses.Add(new(status, null, null, headers));
            }
            else
            {
                responses.AddRange(kinds.Select(kind => new ApiResponse(status, kind.Name, schemas.Of(kind.Media, "schema") ?? schemas.Of(kind.Media, "itemSchema"), headers)));
            }
        }

        return responses.ToImmutable();
    }

    private static int Rank(string mediaType) =>
        mediaType == "application/json" ? 0 : MediaTypes.IsJson(mediaType) || mediaType == "*/*" ? 1
        : mediaType is "application/x-www-form-urlencoded" ? 2 : mediaType is "multipart/form-data" ? 3 : 4;

    private IEnumerable<(string Name, SpecNode Media)> Content(SpecNode node) =>
        document.Members(node, "content").Take(MostMediaTypes).Select(kind => (MediaTypes.Plain(kind.Name), kind.Value)).Where(kind => IsMediaType(kind.Item1)).DistinctBy(kind => kind.Item1);

    private static bool IsMediaType(string plain)
    {
        string[] halves = plain.Split('/');
        return halves.Length == 2 && SpecText.IsToken(halves[0]) && SpecText.IsToken(halves[1]);
    }

    /// <summary>OpenAPI 2.0: the body is a parameter, or each field of the form is one.</summary>
    private ApiBody? OldBody(SpecNode item, SpecNode operation)
    {
        ImmutableArray<SpecNode> parameters = [.. document.Items(operation, "parameters").Concat(document.Items(item, "parameters")).Take(200)];
        if (parameters.FirstOrDefault(parameter => Json.Text(parameter.Element, "in") == "body") is { } body)
        {
            ImmutableArray<string> kinds = [.. Kinds(operation, "consumes").OrderBy(Rank)];
            return new(kinds[0], Json.Flag(body.Element, "required"), schemas.Of(body, "schema"), Examples(body)) { OtherMediaTypes = kinds[1..] };
        }

        ImmutableArray<SpecNode> fields = [.. parameters.Where(parameter => Json.Text(parameter.Element, "in") == "formData" && Json.Text(parameter.Element, "name") is { Length: > 0 and <= 200 })];
        if (fields.IsEmpty)
        {
            return null;
        }

        ImmutableSortedDictionary<string, ApiSchema>.Builder properties = ApiSchema.None.ToBuilder();
        foreach (SpecNode field in fields)
        {
            properties.TryAdd(Name(field), schemas.Of(field));
        }

        ImmutableArray<string> required = [.. fields.Where(field => Json.Flag(field.Element, "required")).Select(Name).Distinct()];
        bool multipart = fields.Any(field => Json.Text(field.Element, "type") == "file") || Kinds(operation, "consumes")[0] == "multipart/form-data";
        var form = new ApiSchema { Types = ["object"], Properties = properties.ToImmutable(), Required = required };
        return new(multipart ? "multipart/form-data" : "application/x-www-form-urlencoded", !required.IsEmpty, form, []);
    }

    private static string Name(SpecNode field) => Json.Text(field.Element, "name") ?? "";

    /// <summary>The media types of OpenAPI 2.0, of the operation or of the whole; never empty.</summary>
    private ImmutableArray<string> Kinds(SpecNode operation, string name)
    {
        JsonElement? said = Json.Member(operation.Element, name) ?? Json.Member(document.Root.Element, name);
        ImmutableArray<string> kinds = [.. SpecText.List(said).Select(MediaTypes.Plain).Where(IsMediaType).Distinct().Take(MostMediaTypes)];
        return kinds.IsEmpty ? ["application/json"] : kinds;
    }

    private ImmutableArray<string> Examples(SpecNode media)
    {
        var found = new List<string>();
        Add(Json.Member(media.Element, "example"));
        foreach ((_, SpecNode example) in document.Members(media, "examples").Take(MostExamples))
        {
            Add(Json.Member(example.Element, "value") ?? Json.Member(example.Element, "dataValue"));
        }

        return [.. found.Distinct().Take(MostExamples)];

        void Add(JsonElement? value)
        {
            if (value is { } one && RawJson.Of(one, Math.Min(LongestExample, _room)) is string raw)
            {
                _room -= raw.Length;
                found.Add(raw);
            }
        }
    }
}
