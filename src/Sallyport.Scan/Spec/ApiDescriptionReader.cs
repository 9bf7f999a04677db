using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Config;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Reads OpenAPI 2.0, 3.0, 3.1 and 3.2 in JSON and YAML: operations with their protection, values, bodies and answers.</summary>
/// <remarks>
/// Tolerant of what it does not need, bounded in size, depth and number, and closed to the outside: a description read from a file
/// may refer to files below its own folder, one that was fetched to documents of its own origin. Hosts it names are told, not contacted.
/// </remarks>
internal sealed class ApiDescriptionReader
{
    /// <summary>The largest description that is read: 16 MB.</summary>
    public const int Limit = 16 * 1024 * 1024;

    private const int MostOperations = 2_000;
    private static readonly ImmutableArray<string> Methods = ["get", "head", "options", "post", "put", "patch", "delete", "trace", "query"];
    private readonly SpecDocument _document;
    private readonly SpecSecurity _security;
    private readonly SchemaReader _schemas;
    private readonly SpecBodies _bodies;
    private readonly ImmutableArray<DescribedScheme> _schemes;
    private readonly TargetUrl? _target;
    private readonly List<string> _notes = [];
    private readonly List<Operation> _operations = [];

    private ApiDescriptionReader(SpecDocument document, TargetUrl? target)
    {
        (_document, _target) = (document, target);
        _schemes = SpecSchemes.Of(document);
        _security = new(document, _schemes);
        _schemas = new(document);
        _bodies = new(document, _schemas);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The target, whose own path is not repeated; <c>null</c> when there is none.</param>
    public static ApiDescriptionAnswer ReadFile(string path, TargetUrl? target)
    {
        byte[]? bytes = InputFile.Read(path, "the API description", Limit, out InputProblem? problem);
        return bytes is null
            ? new ApiDescriptionAnswer.Broken(problem ?? new("the API description cannot be read"))
            : Read(bytes, Shown.Line(path), Path.GetDirectoryName(Path.GetFullPath(path)), null, null, target);
    }

    /// <summary>Reads what was fetched.</summary>
    /// <param name="bytes">The description.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="target">The target, whose own path is not repeated.</param>
    public static ApiDescriptionAnswer Read(ReadOnlyMemory<byte> bytes, string name, TargetUrl? target) => Read(bytes, Shown.Line(name), null, null, null, target);

    /// <summary>Reads what was fetched, with the documents of the same origin that it refers to.</summary>
    /// <param name="bytes">The description.</param>
    /// <param name="path">The request path it was fetched from.</param>
    /// <param name="parts">The other documents; told which are missing.</param>
    /// <param name="target">The target, whose own path is not repeated.</param>
    public static ApiDescriptionAnswer Read(ReadOnlyMemory<byte> bytes, string path, FetchedParts parts, TargetUrl target) => Read(bytes, Shown.Line(path), null, path, parts, target);

    private static ApiDescriptionAnswer Read(ReadOnlyMemory<byte> bytes, string name, string? folder, string? address, FetchedParts? parts, TargetUrl? target)
    {
        using SpecDocument? document = SpecDocument.Open(bytes, name, folder, address, parts, out InputProblem? problem);
        if (document is null)
        {
            return new ApiDescriptionAnswer.Broken(problem ?? new($"{name} cannot be read"));
        }

        JsonElement root = document.Root.Element;
        string? version = Json.Text(root, "openapi") ?? Json.Text(root, "swagger");
        if (version is null || (!version.StartsWith('3') && !version.StartsWith("2.", StringComparison.Ordinal)))
        {
            return new ApiDescriptionAnswer.Broken(new(
                version is null ? $"`{name}` is no OpenAPI description: it names no version" : $"`{name}` is of OpenAPI {Shown.Line(version)}, which is not read",
                "OpenAPI 2.0, 3.0, 3.1 and 3.2 are read, as JSON or YAML"));
        }

        var reader = new ApiDescriptionReader(document, target);
        reader.Paths();
        return new ApiDescriptionAnswer.Read(reader.Description(Shown.Line(version)));
    }

    private ApiDescription Description(string version)
    {
        if (_schemas.Exhausted)
        {
            _notes.Add("the description holds more schemas than are read: the rest is taken as unknown");
        }

        return new(version, [.. _operations], [.. _notes.Concat(_document.Notes).Distinct().Take(20)]) { Schemes = _schemes, Servers = SpecServers.All(_document) };
    }

    private void Paths()
    {
        SpecNode root = _document.Root;
        string prefix = Prefix(root, inherited: null);
        foreach ((string path, SpecNode item) in _document.Members(root, "paths"))
        {
            if (path.StartsWith("x-", StringComparison.Ordinal))
            {
                continue;
            }

            if (!IsUsable(path))
            {
                _notes.Add($"the description's path {Shown.Quoted(path)} is left out: it cannot be sent as it stands");
                continue;
            }

            foreach (string method in Methods)
            {
                if (_document.Member(item, method) is { Element.ValueKind: JsonValueKind.Object } operation)
                {
                    Add(method.ToUpperInvariant(), path, item, operation, prefix);
                }
            }

            foreach ((string method, SpecNode operation) in _document.Members(item, "additionalOperations"))
            {
                if (OperationPattern.IsMethod(method) && method != "*")
                {
                    Add(method.ToUpperInvariant(), path, item, operation, prefix);
                }
            }
        }
    }

    private void Add(string method, string path, SpecNode item, SpecNode operation, string rootPrefix)
    {
        if (_operations.Count >= MostOperations)
        {
            _notes.Add($"the description has more than {MostOperations} operations: the rest is left out");
            return;
        }

        string prefix = Prefix(operation, inherited: Prefix(item, rootPrefix));
        (ImmutableArray<SecurityAlternative> security, bool waived) = _security.Of(item, operation);
        bool demanded = !security.IsEmpty && security.All(alternative => !alternative.Schemes.IsEmpty);
        _operations.Add(new()
        {
            Method = method,
            PathTemplate = prefix + path,
            Parameters = Parameters(prefix + path, item, operation),
            OperationId = SpecText.Short(Json.Text(operation.Element, "operationId")),
            Tags = SpecText.List(Json.Member(operation.Element, "tags")),
            Deprecated = Json.Flag(operation.Element, "deprecated"),
            Security = security,
            WaivesSecurity = waived,
            HasSecurity = demanded,
            DemandsMutualTls = demanded && security.All(alternative => alternative.Demands(SecuritySchemeKind.MutualTls)),
            Roles = Roles(item, operation),
            Body = _bodies.Body(item, operation),
            Responses = _bodies.Responses(operation),
        });
    }

    private static ImmutableArray<string> Roles(SpecNode item, SpecNode operation)
    {
        foreach (SpecNode node in (SpecNode[])[operation, item])
        {
            foreach (string name in (string[])["x-roles", "x-role", "x-required-roles", "x-required-role", "x-allowed-roles", "x-permissions", "x-required-permissions"])
            {
                if (SpecText.List(Json.Member(node.Element, name)) is { IsEmpty: false } roles)
                {
                    return roles;
                }
            }
        }

        return [];
    }

    private ImmutableArray<ApiParameter> Parameters(string path, SpecNode item, SpecNode operation)
    {
        var parameters = new List<ApiParameter>();

        // The operation's own parameters win over those of its path (OpenAPI 3.1.1, section 4.8.9).
        foreach (SpecNode parameter in _document.Items(operation, "parameters").Concat(_document.Items(item, "parameters")).Take(100))
        {
            string? name = Json.Text(parameter.Element, "name");
            string? place = Json.Text(parameter.Element, "in");
            if (name is null or "" || name.Length > 200 || place is not ("path" or "query" or "header" or "cookie") || parameters.Exists(known => known.Name == name && known.In == place))
            {
                continue;
            }

            // OpenAPI 3.1.1, section 4.8.12: these header fields are described elsewhere; and nothing that is no field's name is ever sent.
            if (place is "header" or "cookie" && (!SpecText.IsToken(name) || (place == "header" && name.ToLowerInvariant() is "accept" or "content-type" or "authorization")))
            {
                continue;
            }

            bool required = place == "path" || Json.Flag(parameter.Element, "required");
            parameters.Add(new(name, place, required, SpecValues.Of(_document, parameter)) { Schema = Schema(parameter) });
        }

        parameters.AddRange(PathParameters.Of(path).Where(named => !parameters.Exists(known => known.In == "path" && known.Name == named.Name)));
        return [.. parameters];
    }

    private ApiSchema? Schema(SpecNode parameter)
    {
        if (_schemas.Of(parameter, "schema") is { } schema)
        {
            return schema;
        }

        // OpenAPI 2.0 writes the schema's words into the parameter itself; a `content` has its own.
        return _document.Members(parameter, "content").Select(kind => _schemas.Of(kind.Value, "schema")).FirstOrDefault()
            ?? (Json.Member(parameter.Element, "type") is null ? null : _schemas.Of(parameter));
    }

    /// <summary>The path of the first server, unless the target's own URL already holds it.</summary>
    private string Prefix(SpecNode node, string? inherited)
    {
        string? url = Json.Text(node.Element, "basePath");
        if (url is null && _document.Items(node, "servers").FirstOrDefault() is { } server)
        {
            url = SpecServers.Url(_document, server);
        }

        if (url is null)
        {
            return inherited ?? "";
        }

        (string? host, string path) = SpecServers.Split(url);
        if (host is not null && _target is not null && !host.Equals(_target.Authority, StringComparison.OrdinalIgnoreCase))
        {
            _notes.Add($"the description names the server {Shown.Line(host)}: it is not contacted, the operations are asked at {_target.Authority}");
        }

        path = path.TrimEnd('/');
        if (_target is { Path.Length: > 0 })
        {
            // The user's own path wins; what the server adds to it stays.
            path = path.StartsWith(_target.Path + "/", StringComparison.Ordinal) ? path[_target.Path.Length..] : "";
        }

        return path.Length == 0 || IsUsable(path) ? path : "";
    }

    private static bool IsUsable(string path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && path.Length <= 1_000 && OperationPattern.IsPath(path)
        && !path.Split('/').Any(segment => segment is "." or "..");
}
