using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a program lets in and shows only the members that are meant: a type for each direction.</summary>
internal static class AllowListProperties
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Read requests into a type that has only the members a caller may set, refuse unknown members, and write answers from a type that has only those a caller may see. Never bind a request to the stored object, and never serialize it."),
        new(
            ServerStack.AspNetCore,
            "Bind to a request record that disallows unknown members, and answer with a record of its own.",
            """
            app.MapGet("/profiles/{name}", (string name) => store.Find(name));
            app.MapPut("/profiles/{name}", (string name, Account changed) => store.Replace(name, changed));
            """,
            """
            app.MapGet("/profiles/{name}", (string name) => ProfileShown.Of(store.Find(name)));
            app.MapPut("/profiles/{name}", (string name, ProfileChange change) => ProfileShown.Of(store.Change(name, change.Email, change.Phone)));

            [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
            public sealed record ProfileChange(string Email, string? Phone);
            public sealed record ProfileShown(string Name, string Email, string? Phone)
            {
                public static ProfileShown Of(Account account) => new(account.Name, account.Email, account.Phone);
            }
            """),
        new(
            ServerStack.Axum,
            "Deny unknown fields, and serialize a type of its own.",
            "async fn change(Json(account): Json<Account>) -> Json<Account>",
            """
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct ProfileChange { email: String, phone: Option<String> }
            #[derive(Serialize)]
            struct ProfileShown { name: String, email: String, phone: Option<String> }
            """),
        new(
            ServerStack.Go,
            "Decode into a struct of the allowed fields and disallow unknown ones.",
            "json.NewDecoder(r.Body).Decode(&account)",
            """
            var change struct {
                Email string  `json:"email"`
                Phone *string `json:"phone"`
            }
            decoder := json.NewDecoder(r.Body)
            decoder.DisallowUnknownFields()
            if err := decoder.Decode(&change); err != nil {
                http.Error(w, "bad request", http.StatusBadRequest)
                return
            }
            """),
        new(
            ServerStack.Node,
            "Take the allowed members by name; refuse the rest.",
            """
            Object.assign(account, req.body)
            res.json(account)
            """,
            """
            const allowed = ['email', 'phone']
            if (Object.keys(req.body).some(name => !allowed.includes(name))) return res.status(400).json({ error: 'unknown member' })
            for (const name of allowed) if (name in req.body) account[name] = req.body[name]
            res.json({ name: account.name, email: account.email, phone: account.phone })
            """),
    ];
}
