// Package app is what both web apps have in common: the sign-in, on golang.org/x/oauth2 and coreos/go-oidc, and the pages.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// App is the app, as Ostiary knows it.
type App struct {
	Here       string // where people find the app
	server     string
	config     oauth2.Config
	provider   *oidc.Provider
	endSession string
}

// Pending is what is remembered while the person is away at the server.
type Pending struct{ State, Nonce, Verifier string }

// Person is who signed in; the ID token is kept for the sign-out, which it makes a matter of no questions.
type Person struct{ Name, IDToken string }

// What may become of what the server is asked, beside an answer and a refusal.
var (
	// ErrOver says that the access token is over, or that the sign-in has ended at the server.
	ErrOver = errors.New("the token is no good any more")
	// ErrUnreachable says that the server did not answer what it was asked: that refuses nothing.
	ErrUnreachable = errors.New("the sign-in service can't be reached at the moment")
)

// Discover finds out everything else from the server's address.
func Discover(ctx context.Context) (*App, error) {
	server := cmp.Or(os.Getenv("OSTIARY_URL"), "http://localhost:8787")
	here := cmp.Or(os.Getenv("APP_URL"), "http://localhost:"+port())
	provider, err := oidc.NewProvider(ctx, server)
	if err != nil {
		return nil, err
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	config := oauth2.Config{
		ClientID:     os.Getenv("OSTIARY_CLIENT_ID"),
		ClientSecret: os.Getenv("OSTIARY_CLIENT_SECRET"),
		Endpoint:     endpoint,
		RedirectURL:  here + "/callback",
		Scopes:       []string{oidc.ScopeOpenID, "profile"},
	}
	return &App{here, server, config, provider, more.EndSession}, nil
}

// Begin says where to send the person, and what to remember until they are back.
func (a *App) Begin() (string, Pending) {
	p := Pending{oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()}
	return a.config.AuthCodeURL(p.State, oidc.Nonce(p.Nonce), oauth2.S256ChallengeOption(p.Verifier)), p
}

// Finish checks that the person is back with the answer to p, exchanges the code and verifies the ID token.
func (a *App) Finish(ctx context.Context, p Pending, answer url.Values) (Person, *oauth2.Token, error) {
	if answer.Get("state") != p.State || answer.Get("iss") != a.server {
		return Person{}, nil, errors.New("this answer is to another request")
	}
	if code := answer.Get("error"); code != "" {
		return Person{}, nil, fmt.Errorf("%s: %s", code, answer.Get("error_description"))
	}
	token, err := a.config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(p.Verifier))
	if err != nil {
		return Person{}, nil, tokenError(err)
	}
	raw, _ := token.Extra("id_token").(string)
	said, err := a.provider.Verifier(&oidc.Config{ClientID: a.config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return Person{}, nil, err
	}
	if said.Nonce != p.Nonce {
		return Person{}, nil, errors.New("this ID token is for another request")
	}
	name, err := a.Name(ctx, token)
	return Person{name, raw}, token, err
}

// Name is what the server says now; ErrOver where the access token is no good any more.
func (a *App) Name(ctx context.Context, token *oauth2.Token) (string, error) {
	claims, err := a.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	// The error of go-oidc begins with the status, and has it nowhere else.
	if err != nil && strings.HasPrefix(err.Error(), "401 ") {
		return "", ErrOver
	}
	if err != nil {
		return "", fmt.Errorf("%w: %v", ErrUnreachable, err)
	}
	var more struct{ Name string }
	err = claims.Claims(&more)
	return cmp.Or(more.Name, claims.Subject), err
}

// Refresh has the next tokens; ErrOver where the person must sign in again.
func (a *App) Refresh(ctx context.Context, token *oauth2.Token) (*oauth2.Token, error) {
	if token.RefreshToken == "" {
		return nil, ErrOver
	}
	next, err := a.config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	return next, tokenError(err)
}

// tokenError tells what the token endpoint refused, by 400 or 401 (RFC 6749 section 5.2), from what it did not answer.
func tokenError(err error) error {
	refusal, refused := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case err == nil:
		return nil
	case !refused || refusal.Response.StatusCode > http.StatusUnauthorized:
		return fmt.Errorf("%w: %v", ErrUnreachable, err)
	case refusal.ErrorCode == "invalid_grant":
		return fmt.Errorf("%w: %w", ErrOver, err)
	}
	return err
}

// SignOut is where the person signs out, and from where they come back to the app.
func (a *App) SignOut(person Person) string {
	wishes := url.Values{"id_token_hint": {person.IDToken}, "post_logout_redirect_uri": {a.Here + "/"}}
	return a.endSession + "?" + wishes.Encode()
}

// Cookie is one that no script sees; without a value the browser is to forget it.
func (a *App) Cookie(name, value string) *http.Cookie {
	cookie := &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(a.Here, "https:"),
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

var page = template.Must(template.New("page").Parse(`<!doctype html><html lang="en">` +
	`<link rel="icon" href="data:,"><title>App</title>` +
	`{{if .Problem}}<p id="problem">{{.Problem}}</p><a href="/">Back</a>` +
	`{{else if .Name}}<p>Signed in as <b id="name">{{.Name}}</b></p>` +
	`<form method="post" action="/sign-out"><button id="sign-out">Sign out</button></form>` +
	`{{else}}<p id="nobody">You are signed out.</p><a id="sign-in" href="/sign-in">Sign in</a>{{end}}`))

// Show shows who is signed in: nobody, where name is empty.
func Show(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, struct{ Name, Problem string }{name, ""})
}

// Refuse says what went wrong; the server's words, where it was the server that refused.
func Refuse(w http.ResponseWriter, err error) {
	said, status := err.Error(), http.StatusBadRequest
	if refusal, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		said = refusal.ErrorCode + ": " + refusal.ErrorDescription
	}
	if errors.Is(err, ErrUnreachable) {
		log.Print(err)
		said, status = ErrUnreachable.Error(), http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = page.Execute(w, struct{ Name, Problem string }{"", said})
}

// Serve serves what was registered with net/http, on this machine.
func (a *App) Serve() {
	fmt.Println("Open " + a.Here)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port(), nil))
}

func port() string {
	return cmp.Or(os.Getenv("PORT"), "3000")
}
