// A router on Nexus's packages, for the browser tests: its own command, nexusd, knows anonymous sessions only.
package main

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/gammazero/nexus/v3/router"
	"github.com/gammazero/nexus/v3/router/auth"
)

// config has the router's options under the names that nexusd gives them, and the accounts, which nexusd has no name for.
type config struct {
	WebSocket struct {
		Address      string   `json:"address"`
		AllowOrigins []string `json:"allow_origins"`
	} `json:"websocket"`
	Router   router.Config `json:"router"`
	Accounts accounts      `json:"accounts"`
}

// accounts holds the accounts of all realms by their authids.
type accounts map[string]account

type account struct {
	Role     string `json:"role"`
	Ticket   string `json:"ticket"`
	Password string `json:"password"`
	// Salt makes WAMP-CRA use a key that is derived from the password.
	Salt       string `json:"salt"`
	Iterations int    `json:"iterations"`
	KeyLength  int    `json:"keylen"`
	Pin        string `json:"pin"`
	// PublicKey is hexadecimal.
	PublicKey string `json:"public_key"`
}

var errNoKey = errors.New("no key for this account and method")

// AuthKey returns the secret that an authenticator compares, or the key with which it checks a signature.
func (all accounts) AuthKey(authid, method string) ([]byte, error) {
	one := all[authid]
	var key []byte
	var err error
	switch method {
	case "ticket":
		key = []byte(one.Ticket)
	case "wampcra":
		key, err = one.passwordKey()
	case "cryptosign":
		key, err = hex.DecodeString(one.PublicKey)
	}
	if err == nil && len(key) == 0 {
		err = errNoKey
	}
	return key, err
}

func (one account) passwordKey() ([]byte, error) {
	if one.Salt == "" {
		return []byte(one.Password), nil
	}
	key, err := pbkdf2.Key(sha256.New, one.Password, []byte(one.Salt), one.Iterations, one.KeyLength)
	return []byte(base64.StdEncoding.EncodeToString(key)), err
}

func (all accounts) PasswordInfo(authid string) (salt string, keylen int, iterations int) {
	one := all[authid]
	return one.Salt, one.KeyLength, one.Iterations
}

func (all accounts) AuthRole(authid string) (string, error) {
	one, ok := all[authid]
	if !ok {
		return "", errNoKey
	}
	return one.Role, nil
}

func (all accounts) Provider() string { return "static" }

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: %s CONFIG", os.Args[0])
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var conf config
	if err := json.Unmarshal(text, &conf); err != nil {
		return err
	}
	for _, realm := range conf.Router.RealmConfigs {
		realm.Authenticators = []auth.Authenticator{
			auth.NewTicketAuthenticator(conf.Accounts, 0),
			auth.NewCRAuthenticator(conf.Accounts, 0),
			auth.NewCryptoSignAuthenticator(conf.Accounts, 0),
			pinAuthenticator{conf.Accounts},
		}
	}
	nexus, err := router.NewRouter(&conf.Router, log.Default())
	if err != nil {
		return err
	}
	defer nexus.Close()
	server := router.NewWebsocketServer(nexus)
	if err := server.AllowOrigins(conf.WebSocket.AllowOrigins); err != nil {
		return err
	}
	listener, err := server.ListenAndServe(conf.WebSocket.Address)
	if err != nil {
		return err
	}
	defer listener.Close()
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	<-interrupted
	return nil
}
