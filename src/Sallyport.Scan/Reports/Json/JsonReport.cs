using System;
using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Sallyport.Scan.Reports.Json;

/// <summary>The JSON report, member by member as CONTRACTS.md lists it. What may be absent is left out when null; score and grade are always there.</summary>
internal sealed record JsonReport(
    int SchemaVersion,
    JsonTool Tool,
    JsonTarget Target,
    DateTimeOffset StartedAt,
    long DurationMs,
    string Mode,
    bool Partial,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SurveyFailure,
    int Requests,
    int RequestsSaved,
    int Connections,
    int? Score,
    string? Grade,
    JsonCoverage Coverage,
    string ClientAuthentication,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EnforcedAt,
    ImmutableArray<JsonCategory> Categories,
    ImmutableArray<JsonCheck> Checks,
    ImmutableArray<JsonFinding> Findings,
    ImmutableArray<JsonFact> Facts,
    JsonMatrix Matrix,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? MintedSerials,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<JsonWrite>? Writes);

internal sealed record JsonTool(string Name, string Version);

internal sealed record JsonTarget(string Url, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Stack);

internal sealed record JsonCoverage(int Tested, int Applicable);

internal sealed record JsonCategory(string Slug, string Name, int? Score, string? Grade);

internal sealed record JsonCheck(
    string Id,
    string Outcome,
    JsonCounts Counts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Needs);

internal sealed record JsonCounts(int Passed, int Failed, int NotApplicable, int NotTested);

internal sealed record JsonFinding(
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Variant,
    string Title,
    string Category,
    string Severity,
    string Confidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Operation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Identity,
    string Expected,
    string Observed,
    ImmutableArray<JsonEvidence> Evidence,
    string Replay,
    string Fingerprint,
    ImmutableArray<string> AlsoMatches,
    ImmutableArray<int> Cwe,
    ImmutableArray<string> OwaspApi,
    ImmutableArray<string> PciDss,
    ImmutableArray<string> Asvs,
    JsonRemedy Remedy);

internal sealed record JsonEvidence(
    string Title,
    string Sent,
    string Received,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Transcript);

internal sealed record JsonRemedy(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Stack,
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Flaw,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Fix);

internal sealed record JsonWrite(string Title, string Request, string Identity, string State);

internal sealed record JsonFact(string Id, string Title, string Value);

internal sealed record JsonMatrix(ImmutableArray<string> Identities, ImmutableArray<string> Operations, ImmutableArray<JsonCell> Cells);

internal sealed record JsonCell(
    string Identity,
    string Operation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Credentials,
    string Verdict,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Expected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Rule);
